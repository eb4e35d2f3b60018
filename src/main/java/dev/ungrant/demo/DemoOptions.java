package dev.ungrant.demo;

import java.nio.file.Path;

/**
 * What the demo was asked for.
 *
 * @param port 0 for any free one
 * @param data what is kept from run to run
 * @param cast where scripts find the cast
 */
record DemoOptions(int port, Path data, Path cast) {
    /** @throws IllegalArgumentException with a sentence that names the option */
    static DemoOptions parse(String[] arguments) {
        int port = 8080;
        Path data = Path.of(System.getProperty("ungrant.home", ""), ".demo");
        Path cast = null;
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
                default ->
                    throw new IllegalArgumentException(option + " is no option; bin/demo --help tells the options.");
            }
        }
        return new DemoOptions(port, data, cast == null ? data.resolve("cast.json") : cast);
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
