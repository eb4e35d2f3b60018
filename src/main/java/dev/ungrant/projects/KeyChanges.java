package dev.ungrant.projects;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.KeyRotation;
import dev.ungrant.secrets.SigningAlgorithm;
import dev.ungrant.web.WireId;
import io.micronaut.scheduling.annotation.Scheduled;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What is done to the installation's signing keys, by its operator or because it is time, each with its event in the audit of
 * the default project, which is the installation. A key that is made before there is any project leaves only its line in the
 * log.
 */
@Singleton
public final class KeyChanges {
    private final KeyRotation rotation;
    private final Projects projects;
    private final AuditLog auditLog;
    private final Transactions transactions;

    KeyChanges(KeyRotation rotation, Projects projects, AuditLog auditLog, Transactions transactions) {
        this.rotation = rotation;
        this.projects = projects;
        this.auditLog = auditLog;
        this.transactions = transactions;
    }

    /** A successor of the key that signs now, which is published at once and signs after the lead time. */
    public void rotate(Via via, SigningAlgorithm algorithm) {
        add(operator(via), rotation.next(algorithm));
    }

    /** @see KeyRotation#withdraw(String) */
    public boolean withdraw(Via via, String keyId) {
        Optional<KeyRotation.Made> spare = rotation.spareFor(keyId);
        return transactions.write(() -> {
            if (!rotation.withdraw(keyId)) {
                return false;
            }
            record(operator(via), "signing_key.withdrawn", event -> event.with(Map.of("key", keyId)));
            spare.filter(rotation::publishToSign).ifPresent(made -> recordAdded(operator(via), made));
            return true;
        });
    }

    @Scheduled(fixedDelay = "${ungrant.keys.check:10m}", initialDelay = "${ungrant.keys.check:10m}")
    void rotateWhatIsDue() {
        Actor node = Actor.system(WireId.of("request-id", UUID.randomUUID()));
        rotation.due().forEach(next -> add(project -> node, next));
    }

    private void add(Function<Project, Actor> actor, KeyRotation.Next next) {
        KeyRotation.Made key = rotation.make(next);
        transactions.write(() -> {
            if (rotation.publish(key)) {
                recordAdded(actor, key);
            }
            return null;
        });
    }

    private void recordAdded(Function<Project, Actor> actor, KeyRotation.Made made) {
        record(
                actor,
                "signing_key.added",
                event -> event.with(Map.of(
                        "key",
                        made.keyId(),
                        "algorithm",
                        made.place().algorithm().name())));
    }

    /** As all that commands do, it counts as the project's act. */
    private static Function<Project, Actor> operator(Via via) {
        return project -> new ProjectCaller(project.projectId(), via).actor();
    }

    private void record(Function<Project, Actor> actor, String action, UnaryOperator<AuditEvent> detailed) {
        projects.findDefault().ifPresent(project -> {
            UUID id = project.projectId();
            auditLog.record(detailed.apply(AuditEvent.inTenant(actor.apply(project), id, id, action)));
        });
    }
}
