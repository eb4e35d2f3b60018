package dev.ungrant.federation;

import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Secret;
import dev.ungrant.sessions.PortalCookie;
import dev.ungrant.sessions.ReturnTo;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Open;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RequestId;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Signing in at the organization's own provider. The page before it is left asks for a click: whoever follows a link of somebody
 * else's could otherwise find themselves signed in as that somebody.
 */
@Controller("/sign-in")
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class ProviderSignInPages {
    private static final Logger LOG = LoggerFactory.getLogger(ProviderSignInPages.class);

    private final ProviderSignIns signIns;
    private final Sessions sessions;
    private final ProviderCookie attempts;
    private final PortalCookie cookie;
    private final Pages pages;
    private final ClientAddress addresses;

    ProviderSignInPages(
            ProviderSignIns signIns,
            Sessions sessions,
            ProviderCookie attempts,
            PortalCookie cookie,
            Pages pages,
            ClientAddress addresses) {
        this.signIns = signIns;
        this.sessions = sessions;
        this.attempts = attempts;
        this.cookie = cookie;
        this.pages = pages;
        this.addresses = addresses;
    }

    @Open
    @Get("/organization")
    HttpResponse<?> which(HttpRequest<?> request, @Nullable @QueryValue("return_to") String returnTo) {
        return which(request, HttpStatus.OK, "", false, List.of(), returnTo);
    }

    @Open
    @Post("/organization")
    HttpResponse<?> named(HttpRequest<?> request, @Body Map<String, String> form) {
        String name = form.getOrDefault("organization", "").strip();
        return to(request, name, form.get("return_to"));
    }

    @Open
    @Get("/{slug}")
    HttpResponse<?> of(HttpRequest<?> request, String slug, @Nullable @QueryValue("return_to") String returnTo) {
        return to(request, slug, returnTo);
    }

    private HttpResponse<?> to(HttpRequest<?> request, String name, @Nullable String returnTo) {
        List<SignInProvider> found = signIns.called(name);
        if (found.size() != 1) {
            HttpStatus status = found.isEmpty() ? HttpStatus.UNPROCESSABLE_ENTITY : HttpStatus.OK;
            return which(request, status, name, found.isEmpty(), found, returnTo);
        }
        SignInProvider provider = found.getFirst();
        Secret attempt = signIns.attempt(provider);
        return pages.page(
                        request,
                        "federation/go",
                        Map.of(
                                "provider",
                                provider,
                                "key",
                                ProviderSignIns.key(attempt),
                                "returnTo",
                                ReturnTo.of(returnTo)))
                .cookie(attempts.holding(attempt));
    }

    @Open
    @Get("/go/{key}")
    HttpResponse<?> go(HttpRequest<?> request, String key, @Nullable @QueryValue("return_to") String returnTo) {
        Optional<Secret> attempt = attempts.attempt(request);
        if (attempt.isEmpty()) {
            return over(request);
        }
        try {
            return signIns.begin(attempt.get(), key, returnTo, addresses.of(request))
                    .<HttpResponse<?>>map(HttpResponse::seeOther)
                    .orElseGet(() -> over(request));
        } catch (ProviderTrouble e) {
            LOG.warn("{} The provider cannot be used: {}", RequestId.of(request), e.getMessage());
            return refused(request, new ProviderSignIns.Outcome.Refused(Why.UNREACHABLE, null));
        }
    }

    @Open
    @Get("/callback/{organization}")
    HttpResponse<?> back(
            HttpRequest<?> request,
            String organization,
            @Nullable @QueryValue("code") String code,
            @Nullable @QueryValue("state") String state,
            @Nullable @QueryValue("iss") String issuer,
            @Nullable @QueryValue("error") String error) {
        UUID organizationId =
                WireId.parse("organization", organization).orElseThrow(() -> new Problem(ErrorType.ROUTE_NOT_FOUND));
        Via via = new Via(Via.Door.PORTAL, RequestId.of(request), addresses.of(request));
        ProviderSignIns.Outcome outcome = signIns.finish(
                attempts.attempt(request),
                organizationId,
                new ProviderSignIns.Answer(code, state, issuer, error),
                via,
                request.getHeaders().get("User-Agent", String.class).orElse(""));
        return switch (outcome) {
            case ProviderSignIns.Outcome.Refused refused -> refused(request, refused);
            case ProviderSignIns.Outcome.Entered entered -> {
                // A session that the browser had before is over: its id must be worth nothing after a sign-in.
                cookie.session(request, sessions).ifPresent(old -> sessions.end(old.tenantId(), old.sessionId()));
                yield HttpResponse.seeOther(URI.create(entered.returnTo()))
                        .cookie(cookie.holding(entered.begun().token().reveal()))
                        .cookie(attempts.removed());
            }
        };
    }

    private HttpResponse<?> over(HttpRequest<?> request) {
        return refused(request, new ProviderSignIns.Outcome.Refused(Why.OVER, null));
    }

    private HttpResponse<?> refused(HttpRequest<?> request, ProviderSignIns.Outcome.Refused refused) {
        Map<String, Object> model = new HashMap<>();
        model.put("why", refused.why().name().toLowerCase(Locale.ROOT));
        model.put("place", refused.provider() == null ? "" : refused.provider().organizationName());
        model.put(
                "again",
                refused.provider() == null ? "organization" : refused.provider().wireId());
        return pages.page(request, HttpStatus.FORBIDDEN, "federation/refused", model);
    }

    private HttpResponse<?> which(
            HttpRequest<?> request,
            HttpStatus status,
            String name,
            boolean unknown,
            List<SignInProvider> found,
            @Nullable String returnTo) {
        return pages.page(
                request,
                status,
                "federation/which",
                Map.of(
                        "name",
                        name.length() > 128 ? "" : name,
                        "unknown",
                        unknown,
                        "found",
                        found,
                        "returnTo",
                        ReturnTo.of(returnTo)));
    }
}
