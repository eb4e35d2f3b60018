package dev.ungrant.connectedapps;

import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.WireId;
import io.micronaut.http.HttpRequest;
import java.util.Map;

/** The answer to a revoke: the contract's envelope, and a receipt beside it that is ours. */
final class ReceiptJson {
    private ReceiptJson() {}

    static Map<String, Object> answer(HttpRequest<?> request, Receipt receipt) {
        return ApiResponse.to(request)
                .with("revoked_at", receipt.revokedAt())
                .with("grant_id", receipt.grantId() == null ? null : WireId.of("grant", receipt.grantId()))
                .with("authorization_codes_ended", receipt.codes())
                .with("access_tokens_ended", receipt.accessTokens())
                .with("refresh_tokens_ended", receipt.refreshTokens())
                .with("effective_by", receipt.effectiveBy())
                .body();
    }
}
