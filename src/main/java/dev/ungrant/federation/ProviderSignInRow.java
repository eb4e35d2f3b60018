package dev.ungrant.federation;

import io.micronaut.data.annotation.MappedEntity;

/** A sign-in that was under way. */
@MappedEntity("provider_sign_ins")
record ProviderSignInRow(String issuer, String clientId, String returnTo) {}
