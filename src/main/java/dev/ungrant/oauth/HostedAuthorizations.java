package dev.ungrant.oauth;

import com.nimbusds.oauth2.sdk.AuthorizationResponse;
import com.nimbusds.oauth2.sdk.ErrorObject;
import com.nimbusds.oauth2.sdk.OAuth2Error;
import com.nimbusds.openid.connect.sdk.OIDCError;
import com.nimbusds.openid.connect.sdk.Prompt;
import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.connectedapps.Consents;
import dev.ungrant.connectedapps.Scopes;
import dev.ungrant.database.Transactions;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.secrets.Pepper;
import dev.ungrant.sessions.PortalSessions.Here;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.List;

/**
 * What our own authorization page does: says what must happen next for a request, and takes the person's answer. A grant that
 * wants a yes is opened by {@link #decide} alone, so by the form of a page that was shown to the very person who sends it.
 */
@Singleton
final class HostedAuthorizations {
    private final Consents consents;
    private final AuthorizationChecks checks;
    private final AuthorizationCodes codes;
    private final PendingRequests pending;
    private final AuditLog auditLog;
    private final Transactions transactions;
    private final Pepper pepper;

    HostedAuthorizations(
            Consents consents,
            AuthorizationChecks checks,
            AuthorizationCodes codes,
            PendingRequests pending,
            AuditLog auditLog,
            Transactions transactions,
            Pepper pepper) {
        this.consents = consents;
        this.checks = checks;
        this.codes = codes;
        this.pending = pending;
        this.auditLog = auditLog;
        this.transactions = transactions;
        this.pepper = pepper;
    }

    /** What comes next. */
    sealed interface Next {
        /** The app gets its answer. */
        record Answer(AuthorizationResponse response) implements Next {}

        /** The person proves who they are, again if they did so before. */
        record SignIn() implements Next {}

        /** The person says as whom they want to go on. */
        record Choose() implements Next {}

        /**
         * The person is asked.
         *
         * @param allowed false when their organization forbids the app, so that there is nothing to say yes to
         * @param shown what stands for all that the page says; the yes comes back with it
         */
        record Ask(AuthorizationChecks.Checked checked, boolean allowed, String shown) implements Next {}
    }

    /** @param here who is signed in in this browser; null: nobody */
    Next next(HostedRequest request, PendingRequests.Pending waiting, @Nullable Here found) {
        Here here = found == null || !found.session().projectId().equals(waiting.projectId()) ? null : found;
        if (here == null || mustSignIn(request, waiting.since(), here)) {
            return request.isSilent() ? error(request, OIDCError.LOGIN_REQUIRED) : new Next.SignIn();
        }
        boolean chosen = isSince(here.session().startedAt(), waiting.since());
        String subject = AccessTokens.subjectId(here.session().subject());
        boolean another =
                request.hintedSubject() != null && !request.hintedSubject().equals(subject);
        if (another && (request.isSilent() || chosen)) {
            return error(request, OIDCError.LOGIN_REQUIRED);
        }
        if (another || request.prompts().contains(Prompt.Type.SELECT_ACCOUNT) && !chosen) {
            return new Next.Choose();
        }
        AuthorizationChecks.Checked checked = check(request, here);
        if (checked.nothingGrantable()) {
            return error(request, OAuth2Error.INVALID_SCOPE);
        }
        if (!consents.isAllowed(here.session().subject(), request.app())) {
            return request.isSilent() ? error(request, OAuth2Error.ACCESS_DENIED) : ask(checked, false, waiting, here);
        }
        if (consents.isRequired(checked.ask())) {
            return request.isSilent() ? error(request, OIDCError.CONSENT_REQUIRED) : ask(checked, true, waiting, here);
        }
        return silently(request, checked, waiting, here);
    }

    private static boolean mustSignIn(HostedRequest request, @Nullable Instant since, Here here) {
        Instant proven = here.session().authenticatedAt();
        if (isSince(proven, since)) {
            return false;
        }
        return request.prompts().contains(Prompt.Type.LOGIN)
                || request.maxAgeSeconds() != null
                        && proven.plusSeconds(request.maxAgeSeconds()).isBefore(Instant.now());
    }

    /** Both are times of the database. */
    private static boolean isSince(Instant happened, @Nullable Instant since) {
        return since != null && !happened.isBefore(since);
    }

    /** @throws AuthorizationRefused {@code invalid_scope} */
    private AuthorizationChecks.Checked check(HostedRequest request, Here here) {
        List<String> wanted = request.asked().scopes();
        List<String> known = checks.known(request.app(), wanted);
        // OpenID Connect Core §3.1.2.1 wants unknown scopes passed over; in plain OAuth they are an error (RFC 6749
        // §4.1.2.1).
        if (known.size() < wanted.size() && !wanted.contains(Scopes.OPENID) || wanted.size() > ScopeRules.MOST) {
            throw new AuthorizationRefused(request.replyTo(), OAuth2Error.INVALID_SCOPE, request.isSilent());
        }
        return checks.check(
                request.app(), here.session().subject(), request.asked().withScopes(known));
    }

    private Next ask(AuthorizationChecks.Checked checked, boolean allowed, PendingRequests.Pending waiting, Here here) {
        String lastWord =
                consents.lastWord(checked.ask().subject(), checked.ask().app());
        return new Next.Ask(checked, allowed, shown(checked, waiting, here.caller(), lastWord));
    }

    /** Nobody need be asked: the person has said yes to all of it before, or the app is the project's own. */
    private Next silently(
            HostedRequest request, AuthorizationChecks.Checked checked, PendingRequests.Pending waiting, Here here) {
        String code = Authorizations.inOneOfAFewTries(() -> transactions.write(() -> {
            Consents.Outcome opened = consents.open(here.caller().actor(), checked.ask(), false, null);
            if (opened.consentMissing()) {
                return null;
            }
            pending.answer(waiting);
            return codes.issue(
                    opened.grantId(),
                    checked.ask(),
                    request.asked(),
                    here.session().authenticatedAt());
        }));
        if (code == null) {
            // Taken back a moment ago.
            return request.isSilent() ? error(request, OIDCError.CONSENT_REQUIRED) : ask(checked, true, waiting, here);
        }
        return new Next.Answer(request.replyTo().code(code));
    }

    /**
     * Takes the person's answer. The yes counts for what was shown and for nothing else: the same person in the same session, the
     * same scopes, and no revoke or other consent in between.
     *
     * @param shown what the page was drawn with
     * @throws Consents.StaleConsent when anything of it is different now; nothing has happened then
     */
    AuthorizationResponse decide(
            HostedRequest request, PendingRequests.Pending waiting, Here here, boolean allow, String shown) {
        if (!allow) {
            return deny(request, waiting, here);
        }
        AuthorizationChecks.Checked checked = check(request, here);
        if (!consents.isAllowed(here.session().subject(), request.app())) {
            return deny(request, waiting, here);
        }
        String code = Authorizations.inOneOfAFewTries(() -> transactions.write(() -> {
            pending.answer(waiting);
            Consents.Outcome opened = consents.openAsShown(
                    here.caller().actor(),
                    checked.ask(),
                    lastWord -> same(shown, shown(checked, waiting, here.caller(), lastWord)));
            return codes.issue(
                    opened.grantId(),
                    checked.ask(),
                    request.asked(),
                    here.session().authenticatedAt());
        }));
        return request.replyTo().code(code);
    }

    private AuthorizationResponse deny(HostedRequest request, PendingRequests.Pending waiting, Here here) {
        transactions.write(() -> {
            pending.answer(waiting);
            auditLog.record(
                    AuditEvent.about(here.caller().actor(), here.session().subject(), "consent.denied")
                            .app(request.app().appId()));
            return null;
        });
        return request.replyTo().error(OAuth2Error.ACCESS_DENIED);
    }

    private String shown(
            AuthorizationChecks.Checked checked,
            PendingRequests.Pending waiting,
            SessionCaller caller,
            String lastWord) {
        return pepper.shown(String.join(
                "\n",
                "consent",
                String.valueOf(waiting.pageHash()),
                caller.sessionId().toString(),
                checked.ask().subject().id().toString(),
                checked.ask().scopes().toString(),
                lastWord));
    }

    private static boolean same(String left, String right) {
        return MessageDigest.isEqual(left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));
    }

    private static Next error(HostedRequest request, ErrorObject error) {
        return new Next.Answer(request.replyTo().error(error));
    }
}
