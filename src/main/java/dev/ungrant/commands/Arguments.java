package dev.ungrant.commands;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code <word> <word> --option value ...}, and nothing that the command does not know. */
record Arguments(List<String> words, Map<String, String> options) {
    /** @throws UsageException when an option has no value or comes twice */
    static Arguments parse(String[] arguments) {
        List<String> words = new ArrayList<>();
        Map<String, String> options = new HashMap<>();
        for (int i = 0; i < arguments.length; i++) {
            if (!arguments[i].startsWith("--")) {
                words.add(arguments[i]);
            } else if (i + 1 == arguments.length || arguments[i + 1].startsWith("--")) {
                throw new UsageException(arguments[i] + " wants a value.");
            } else if (options.put(arguments[i].substring(2), arguments[++i]) != null) {
                throw new UsageException(arguments[i - 1] + " comes twice.");
            }
        }
        return new Arguments(List.copyOf(words), Map.copyOf(options));
    }

    String required(String name) {
        String value = options.get(name);
        if (value == null) {
            throw new UsageException("--" + name + " is missing.");
        }
        return value;
    }

    void allow(String... names) {
        Set<String> known = Set.of(names);
        for (String name : options.keySet()) {
            if (!known.contains(name)) {
                throw new UsageException("--" + name + " is not an option of this command.");
            }
        }
    }
}
