package dev.ungrant.organizations;

import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;

/** A role that every member with an e-mail address of the domain holds. */
@Serdeable(naming = SnakeCaseStrategy.class)
public record ImplicitRole(String domain, String roleId) {}
