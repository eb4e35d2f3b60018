package dev.ungrant.inventory;

import io.micronaut.core.annotation.Nullable;
import java.time.Instant;
import java.util.UUID;

/**
 * That one app can act for one person: a grant with the names that lists show of it.
 *
 * @param sortName what people are sorted by: the name, or the address of who has none
 * @param seenAt the last sign of life: when it was used, or let in when it never was
 */
record Access(
        UUID grantId,
        UUID memberId,
        String memberName,
        String emailAddress,
        String sortName,
        UUID appId,
        String appName,
        String scopes,
        Instant grantedAt,
        @Nullable Instant lastUsedAt,
        Instant seenAt,
        boolean askedAgain) {
    String called() {
        return memberName.isBlank() ? emailAddress : memberName;
    }
}
