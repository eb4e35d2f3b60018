package dev.ungrant.registration;

import io.micronaut.data.annotation.MappedEntity;

/**
 * How apps may come into a project by themselves.
 *
 * @param dynamicRegistration by RFC 7591
 * @param clientDocuments by an address as client_id
 * @param pkceOptional what registers itself and authenticates itself may leave PKCE out
 */
@MappedEntity("registration_settings")
public record RegistrationSettings(boolean dynamicRegistration, boolean clientDocuments, boolean pkceOptional) {
    /** What holds for a project that was told nothing. */
    public static final RegistrationSettings NONE = new RegistrationSettings(false, false, false);
}
