package dev.ungrant.registration;

import io.micronaut.data.annotation.MappedEntity;

/**
 * How apps may come into a project by themselves.
 *
 * @param dynamicRegistration by RFC 7591
 * @param clientDocuments by an address as client_id
 * @param pkceOptional what registers itself and authenticates itself may leave PKCE out
 * @param endpointAudience assertions of what registers itself may name our token endpoint as their audience
 */
@MappedEntity("registration_settings")
public record RegistrationSettings(
        boolean dynamicRegistration, boolean clientDocuments, boolean pkceOptional, boolean endpointAudience) {
    /** What holds for a project that was told nothing. */
    public static final RegistrationSettings NONE = new RegistrationSettings(false, false, false, false);
}
