package dev.ungrant.demo;

import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.server.HttpServerConfiguration;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** The demo hands out a session of every persona, so it must not be reached from elsewhere, whatever the settings say. */
@Context
@Requires(env = Demo.ENVIRONMENT)
final class LoopbackOnly {
    LoopbackOnly(HttpServerConfiguration server) {
        String host = server.getHost().orElse("0.0.0.0");
        try {
            if (InetAddress.getByName(host).isLoopbackAddress()) {
                return;
            }
        } catch (UnknownHostException e) {
            // Refused below, like any other address that is not loopback.
        }
        throw new IllegalStateException("The demo listens on loopback only; " + host + " is not.");
    }
}
