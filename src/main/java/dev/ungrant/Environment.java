package dev.ungrant;

import io.micronaut.core.annotation.Nullable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** The variables of the environment one by one: numbers, lists, and secrets that may stand in files. */
record Environment(Map<String, String> variables) {
    Set<String> names() {
        return variables.keySet();
    }

    /**
     * What stands between commas; empty when it is not set.
     *
     * @param are what each of them must be, in words
     * @throws Settings.Wrong when one does not look like that
     */
    List<String> list(String name, Pattern shape, String are) {
        String text = optional(name);
        List<String> items = new ArrayList<>();
        for (String item : text == null ? new String[0] : text.split(",")) {
            if (!shape.matcher(item.strip()).matches()) {
                throw new Settings.Wrong(
                        name + " must be " + are + " with commas between them; \"" + item.strip() + "\" is none.");
            }
            items.add(item.strip());
        }
        return items;
    }

    /** @throws Settings.Wrong when it is set and no whole number from least to most */
    Optional<Integer> number(String name, int least, int most) {
        String text = optional(name);
        if (text == null) {
            return Optional.empty();
        }
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            number = least - 1;
        }
        if (number < least || number > most) {
            throw new Settings.Wrong(
                    name + " must be a whole number from " + least + " to " + most + "; it is \"" + text + "\".");
        }
        return Optional.of(number);
    }

    String required(String name, String meaning) {
        String value = optional(name);
        if (value == null) {
            throw new Settings.Wrong(name + " is missing: " + meaning + ".");
        }
        return value;
    }

    String requiredSecret(String name, String meaning) {
        String value = secret(name);
        if (value == null) {
            throw new Settings.Wrong(name + " is missing (or " + name + "_FILE): " + meaning + ".");
        }
        return value;
    }

    /** An empty setting is no setting: that is what compose files make of a variable nobody set. */
    @Nullable
    String optional(String name) {
        String value = variables.get(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    @Nullable
    String secret(String name) {
        String value = optional(name);
        String file = optional(name + "_FILE");
        if (file == null) {
            return value;
        }
        if (value != null) {
            throw new Settings.Wrong(name + " and " + name + "_FILE are both set; one of them must go.");
        }
        String content;
        try {
            content = Files.readString(Path.of(file)).strip();
        } catch (IOException | RuntimeException e) {
            throw new Settings.Wrong(
                    name + "_FILE cannot be read: " + file + " (" + e.getClass().getSimpleName() + ").");
        }
        if (content.isEmpty()) {
            throw new Settings.Wrong(name + "_FILE names an empty file: " + file + ".");
        }
        return content;
    }
}
