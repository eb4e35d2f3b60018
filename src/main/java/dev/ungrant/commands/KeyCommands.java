package dev.ungrant.commands;

import dev.ungrant.projects.KeyChanges;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.KeyRotation;
import dev.ungrant.secrets.SigningAlgorithm;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import io.micronaut.context.ApplicationContext;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** {@code keys …}: the keys that sign tokens. */
final class KeyCommands {
    static final String USAGE = """
              keys list                                      which keys are published, and which of them sign
              keys rotate      [--algorithm RS256|ES256]     a successor, which signs after the lead time; of both if none is named
              keys withdraw    --key KID                     a key that others may have: gone at once, with all it signed
            """;

    private final KeyRotation rotation;
    private final KeyChanges changes;
    private final Via via = new Via(Via.Door.COMMAND, WireId.of("request-id", UUID.randomUUID()), "");

    KeyCommands(ApplicationContext context) {
        this.rotation = context.getBean(KeyRotation.class);
        this.changes = context.getBean(KeyChanges.class);
    }

    Object answer(String word, Arguments arguments) {
        switch (word) {
            case "list" -> arguments.allow();
            case "rotate" -> rotate(arguments);
            case "withdraw" -> withdraw(arguments);
            default -> throw new IllegalArgumentException(word);
        }
        return rotation.list().stream().map(KeyCommands::describe).toList();
    }

    private void rotate(Arguments arguments) {
        arguments.allow("algorithm");
        String wanted = arguments.options().get("algorithm");
        List<SigningAlgorithm> algorithms = List.of(SigningAlgorithm.values()).stream()
                .filter(algorithm -> wanted == null || algorithm.name().equals(wanted))
                .toList();
        if (algorithms.isEmpty()) {
            throw new UsageException("--algorithm is RS256 or ES256.");
        }
        algorithms.forEach(algorithm -> changes.rotate(via, algorithm));
    }

    private void withdraw(Arguments arguments) {
        arguments.allow("key");
        if (!changes.withdraw(via, arguments.required("key"))) {
            throw new Problem(ErrorType.BAD_REQUEST, "There is no such key.");
        }
    }

    private static Map<String, Object> describe(KeyRotation.Description key) {
        Map<String, Object> description = new LinkedHashMap<>();
        description.put("kid", key.keyId());
        description.put("algorithm", key.algorithm().name());
        description.put("state", key.state());
        description.put("created_at", key.createdAt().toString());
        description.put("signs_at", key.signsAt().toString());
        if (key.retiresAt() != null) {
            description.put("retires_at", key.retiresAt().toString());
        }
        return description;
    }
}
