package dev.ungrant.demo;

import io.micronaut.core.annotation.Nullable;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * What the demo was asked for.
 *
 * @param port 0 for any free one
 * @param data what is kept from run to run
 * @param cast where scripts find the cast
 * @param crowd a large organization to make, instead of serving; null: serve
 */
record DemoOptions(int port, Path data, Path cast, @Nullable Crowd crowd) {
    /** @throws IllegalArgumentException with a sentence that names the option */
    static DemoOptions parse(String[] arguments) {
        int port = 8080;
        Path data = Path.of(System.getProperty("ungrant.home", ""), ".demo");
        Path cast = null;
        Map<String, Integer> crowd = new HashMap<>();
        for (int i = 0; i < arguments.length; i += 2) {
            String option = arguments[i];
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(
                        option + " needs a value, or is no option; bin/demo --help tells the options.");
            }
            String value = arguments[i + 1];
            switch (option) {
                case "--port" -> port = port(value);
                case "--data" -> data = Path.of(value);
                case "--cast" -> cast = Path.of(value);
                case "--members", "--grants", "--apps", "--events" -> crowd.put(option, count(option, value));
                default ->
                    throw new IllegalArgumentException(option + " is no option; bin/demo --help tells the options.");
            }
        }
        return new DemoOptions(port, data, cast == null ? data.resolve("cast.json") : cast, crowd(crowd));
    }

    @Nullable
    private static Crowd crowd(Map<String, Integer> said) {
        return said.isEmpty()
                ? null
                : new Crowd(
                        said.getOrDefault("--members", 1000),
                        said.getOrDefault("--grants", 0),
                        said.getOrDefault("--apps", 200),
                        said.getOrDefault("--events", 0));
    }

    private static int count(String option, String value) {
        try {
            return Integer.parseInt(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + " must be a whole number; it is \"" + value + "\".");
        }
    }

    private static int port(String value) {
        try {
            int port = Integer.parseInt(value);
            if (port >= 0 && port <= 65535) {
                return port;
            }
        } catch (NumberFormatException e) {
            // Told below.
        }
        throw new IllegalArgumentException("--port must be a whole number from 0 to 65535; it is \"" + value + "\".");
    }
}
