package dev.ungrant.registration;

import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.Caller;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.UUID;

/** Whether apps may come into a project by themselves. The operator says so; it is off at first. */
@Singleton
public final class Registration {
    private final SettingsRepository repository;
    private final AuditLog auditLog;
    private final Transactions transactions;

    Registration(SettingsRepository repository, AuditLog auditLog, Transactions transactions) {
        this.repository = repository;
        this.auditLog = auditLog;
        this.transactions = transactions;
    }

    public RegistrationSettings of(UUID projectId) {
        return repository.find(projectId).orElse(RegistrationSettings.NONE);
    }

    /** Holds from the next request on. Apps that are there stay, and go on being able to change their registration. */
    public void change(Caller caller, RegistrationSettings settings) {
        UUID projectId = caller.projectId();
        transactions.write(() -> {
            repository.put(
                    projectId,
                    settings.dynamicRegistration(),
                    settings.clientDocuments(),
                    settings.pkceOptional(),
                    settings.endpointAudience());
            auditLog.record(AuditEvent.inTenant(caller.actor(), projectId, projectId, "registration.changed")
                    .with(Map.of(
                            "dynamic_registration",
                            settings.dynamicRegistration(),
                            "client_documents",
                            settings.clientDocuments(),
                            "pkce_optional",
                            settings.pkceOptional(),
                            "endpoint_audience",
                            settings.endpointAudience())));
            return null;
        });
    }
}
