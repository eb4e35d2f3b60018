package dev.ungrant;

import io.micronaut.runtime.Micronaut;

/** Starts one node. Settings come from the environment; {@code docs/operations.md} lists them. */
public final class Ungrant {
    private Ungrant() {}

    public static void main(String[] arguments) {
        Micronaut.build(arguments).mainClass(Ungrant.class).banner(false).start();
    }
}
