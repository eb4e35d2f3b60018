package dev.ungrant.organizations;

import dev.ungrant.connectedapps.AppsAllowed;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the form of a policy says: {@code first} and {@code third} with a rule each, {@code app.<wire id>} with a decision. */
final class PolicyForm {
    static final String ALLOWED = "allowed";
    static final String BLOCKED = "blocked";

    private static final String PREFIX = "app.";
    private static final int MOST_DECISIONS = 100;

    private PolicyForm() {}

    static AppsAllowed rule(Map<String, String> form, String name, AppsAllowed present) {
        return switch (form.getOrDefault(name, "")) {
            case "" -> present;
            case "all" -> AppsAllowed.ALL_ALLOWED;
            case "some" -> AppsAllowed.RESTRICTED;
            case "none" -> AppsAllowed.NOT_ALLOWED;
            default -> throw new Problem(ErrorType.BAD_REQUEST, name + " is all, some or none.");
        };
    }

    static String word(AppsAllowed rule) {
        return switch (rule) {
            case ALL_ALLOWED -> "all";
            case RESTRICTED -> "some";
            case NOT_ALLOWED -> "none";
        };
    }

    /** Whether each app that the form names is to be allowed. */
    static Map<String, Boolean> decisions(Map<String, String> form) {
        Map<String, Boolean> decisions = new LinkedHashMap<>();
        form.forEach((name, value) -> {
            if (name.startsWith(PREFIX)) {
                if (!value.equals(ALLOWED) && !value.equals(BLOCKED)) {
                    throw new Problem(ErrorType.BAD_REQUEST, "An app is allowed or blocked.");
                }
                decisions.put(name.substring(PREFIX.length()), value.equals(ALLOWED));
            }
        });
        if (decisions.size() > MOST_DECISIONS) {
            throw new Problem(ErrorType.BAD_REQUEST, "At most " + MOST_DECISIONS + " apps can be named at once.");
        }
        return decisions;
    }
}
