package dev.ungrant.secrets;

import io.micronaut.data.annotation.MappedEntity;

@MappedEntity("signing_keys")
record SigningKeyRow(String keyId, String publicJwk, byte[] privateJwk) {}
