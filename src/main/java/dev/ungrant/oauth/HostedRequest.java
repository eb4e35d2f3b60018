package dev.ungrant.oauth;

import com.nimbusds.openid.connect.sdk.Prompt;
import dev.ungrant.connectedapps.ConnectedApp;
import io.micronaut.core.annotation.Nullable;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What an app asks of our own authorization page, read and found in order.
 *
 * @param asked what becomes of it when the person agrees; its prompt is null, {@code consent} or {@code none}
 * @param prompts every prompt that was asked for
 * @param maxAgeSeconds how old the person's proof may be; null: as old as it is
 * @param loginHint an address that the app thinks is the person's; null: none
 * @param hintedSubject the {@code sub} that the app's ID token or its {@code claims} name, empty when nobody has it, such as
 *     with a token that is not ours for this app; null: there is no hint
 * @param parameters as they came, those that mean something here, to be kept
 */
record HostedRequest(
        ReplyTo replyTo,
        AuthorizationRequest asked,
        Set<Prompt.Type> prompts,
        @Nullable Integer maxAgeSeconds,
        @Nullable String loginHint,
        @Nullable String hintedSubject,
        Map<String, List<String>> parameters) {
    ConnectedApp app() {
        return replyTo.app();
    }

    boolean isSilent() {
        return prompts.contains(Prompt.Type.NONE);
    }

    @Override
    public String toString() {
        return "HostedRequest[" + app().wireId() + "]";
    }
}
