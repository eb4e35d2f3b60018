package dev.ungrant.federation;

import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/**
 * A member whom a provider may speak of.
 *
 * @param linked whether somebody at the issuer is this member already
 */
@MappedEntity("members")
record LinkedMember(UUID memberId, String emailAddress, boolean deactivated, boolean linked) {}
