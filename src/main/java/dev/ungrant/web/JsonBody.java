package dev.ungrant.web;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The fields of a JSON object, read one by one, so that "absent", "null" and "empty" stay three things (a PUT of the
 * contract depends on it) and every refusal names its field. Null counts as absent; unknown fields are ignored.
 */
public record JsonBody(Map<String, Object> fields) {
    public boolean has(String name) {
        return fields.get(name) != null;
    }

    public Optional<String> string(String name) {
        return read(name, String.class, "a string");
    }

    /** A string of at most {@code longest} characters. */
    public Optional<String> string(String name, int longest) {
        Optional<String> value = string(name);
        value.ifPresent(text -> {
            if (text.length() > longest) {
                throw refuse(name, "at most " + longest + " characters long");
            }
        });
        return value;
    }

    /** A string that must be there and not be blank. */
    public String required(String name) {
        return string(name)
                .filter(value -> !value.isBlank())
                .orElseThrow(() -> new Problem(ErrorType.BAD_REQUEST, name + " is required."));
    }

    public String required(String name, int longest) {
        required(name);
        return string(name, longest).orElseThrow();
    }

    public Optional<Boolean> bool(String name) {
        return read(name, Boolean.class, "true or false");
    }

    public Optional<Integer> integer(String name) {
        return read(name, Number.class, "a whole number").map(number -> {
            if (number.doubleValue() != number.intValue()) {
                throw refuse(name, "a whole number");
            }
            return number.intValue();
        });
    }

    public Optional<List<String>> strings(String name) {
        return read(name, List.class, "a list of strings").map(list -> {
            for (Object element : list) {
                if (!(element instanceof String)) {
                    throw refuse(name, "a list of strings");
                }
            }
            @SuppressWarnings("unchecked")
            List<String> strings = list;
            return List.copyOf(strings);
        });
    }

    public Optional<JsonBody> object(String name) {
        return objectMap(name).map(JsonBody::new);
    }

    @SuppressWarnings("unchecked")
    public Optional<Map<String, Object>> objectMap(String name) {
        return read(name, Map.class, "an object").map(map -> (Map<String, Object>) map);
    }

    @SuppressWarnings("unchecked")
    public Optional<List<JsonBody>> objects(String name) {
        return read(name, List.class, "a list of objects").map(list -> {
            List<Object> elements = list;
            return elements.stream()
                    .map(element -> {
                        if (element instanceof Map<?, ?> map) {
                            return new JsonBody((Map<String, Object>) map);
                        }
                        throw refuse(name, "a list of objects");
                    })
                    .toList();
        });
    }

    /** One of the wire names of an enum whose constants are the names in upper case, or exactly those names. */
    public <E extends Enum<E>> Optional<E> oneOf(String name, Class<E> type) {
        return string(name).map(value -> {
            for (E constant : type.getEnumConstants()) {
                if (constant.name().equals(value)
                        || constant.name().toLowerCase(java.util.Locale.ROOT).equals(value)) {
                    return constant;
                }
            }
            throw refuse(name, "one of " + List.of(type.getEnumConstants()));
        });
    }

    private <T> Optional<T> read(String name, Class<T> type, String wanted) {
        Object value = fields.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!type.isInstance(value)) {
            throw refuse(name, wanted);
        }
        return Optional.of(type.cast(value));
    }

    private static Problem refuse(String name, String wanted) {
        return new Problem(ErrorType.BAD_REQUEST, name + " must be " + wanted + ".");
    }
}
