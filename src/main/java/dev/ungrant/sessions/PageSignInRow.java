package dev.ungrant.sessions;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.annotation.MappedEntity;
import java.util.UUID;

/**
 * A link or code that somebody was sent and that could still be used.
 *
 * @param codeHash null: a link
 * @param codeChallenge null: the link works in any browser
 */
@MappedEntity("page_sign_ins")
record PageSignInRow(
        UUID projectId,
        UUID tenantId,
        byte[] secretHash,
        String emailAddress,
        @Nullable byte[] codeHash,
        @Nullable String codeChallenge) {}
