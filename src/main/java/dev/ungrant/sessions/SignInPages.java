package dev.ungrant.sessions;

import dev.ungrant.mail.Mailer;
import dev.ungrant.oauth.PendingRequests;
import dev.ungrant.oauth.PendingRequests.Awaiting;
import dev.ungrant.preferences.Preferences;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Secret;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.FormTargets;
import dev.ungrant.web.Languages;
import dev.ungrant.web.Open;
import dev.ungrant.web.Pages;
import dev.ungrant.web.RequestId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import io.micronaut.http.uri.UriBuilder;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** Signing in with a code sent by e-mail, and signing out. */
@Controller
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class SignInPages {
    private static final Pattern ADDRESS = Pattern.compile("[^@\\s\\p{Cntrl}]{1,64}@[^@\\s\\p{Cntrl}]{1,255}");

    private final SignIns signIns;
    private final Sessions sessions;
    private final SignInCookie attempts;
    private final PortalCookie cookie;
    private final Pages pages;
    private final PendingRequests requests;
    private final Mailer mailer;
    private final Preferences preferences;
    private final ClientAddress addresses;
    private final Optional<DemoPeople> demo;

    SignInPages(
            SignIns signIns,
            Sessions sessions,
            SignInCookie attempts,
            PortalCookie cookie,
            Pages pages,
            PendingRequests requests,
            Mailer mailer,
            Preferences preferences,
            ClientAddress addresses,
            Optional<DemoPeople> demo) {
        this.signIns = signIns;
        this.sessions = sessions;
        this.attempts = attempts;
        this.cookie = cookie;
        this.pages = pages;
        this.requests = requests;
        this.mailer = mailer;
        this.preferences = preferences;
        this.addresses = addresses;
        this.demo = demo;
    }

    @Open
    @Get("/sign-in")
    HttpResponse<?> form(HttpRequest<?> request, @Nullable @QueryValue("return_to") String returnTo) {
        Awaiting awaiting = awaiting(request, returnTo);
        String hint = awaiting == null || awaiting.loginHint() == null ? "" : awaiting.loginHint();
        String address = ADDRESS.matcher(hint).matches() ? hint : "";
        return pages.page(request, "sessions/sign-in", signIn(address, false, returnTo, awaiting));
    }

    @Open
    @Post("/sign-in")
    HttpResponse<?> ask(HttpRequest<?> request, @Body Map<String, String> form) {
        String address = form.getOrDefault("email", "").strip().toLowerCase(Locale.ROOT);
        Awaiting awaiting = awaiting(request, form.get("return_to"));
        if (!ADDRESS.matcher(address).matches()) {
            return pages.page(
                    request,
                    HttpStatus.UNPROCESSABLE_ENTITY,
                    "sessions/sign-in",
                    signIn(address, true, form.get("return_to"), awaiting));
        }
        Secret attempt = signIns.ask(
                address, awaiting == null ? null : awaiting.projectId(), addresses.of(request), Languages.of(request));
        return HttpResponse.seeOther(codePage(form.get("return_to"))).cookie(attempts.holding(attempt));
    }

    @Open
    @Get("/sign-in/code")
    HttpResponse<?> codeForm(HttpRequest<?> request, @Nullable @QueryValue("return_to") String returnTo) {
        Optional<Secret> attempt = attempts.attempt(request);
        awaiting(request, returnTo);
        return attempt.flatMap(signIns::addressOf)
                .<MutableHttpResponse<?>>map(address -> codePage(request, HttpStatus.OK, address, null, returnTo))
                .orElseGet(() -> toSignIn(returnTo));
    }

    @Open
    @Post("/sign-in/code")
    HttpResponse<?> check(HttpRequest<?> request, @Body Map<String, String> form) {
        Optional<Secret> attempt = attempts.attempt(request);
        String address = attempt.flatMap(signIns::addressOf).orElse(null);
        if (address == null) {
            return toSignIn(form.get("return_to"));
        }
        awaiting(request, form.get("return_to"));
        String code = form.getOrDefault("code", "").replaceAll("[^0-9]", "");
        return switch (signIns.check(attempt.get(), code)) {
            case SignIns.Checked.Right right -> enterOrChoose(request, attempt.get(), form.get("return_to"));
            case SignIns.Checked.Wrong wrong ->
                codePage(request, HttpStatus.UNPROCESSABLE_ENTITY, address, wrong.triesLeft(), form.get("return_to"));
            case SignIns.Checked.Over over ->
                codePage(request, HttpStatus.UNPROCESSABLE_ENTITY, address, -1, form.get("return_to"));
        };
    }

    private HttpResponse<?> enterOrChoose(HttpRequest<?> request, Secret attempt, @Nullable String returnTo) {
        List<Person> people = signIns.people(attempt);
        if (people.isEmpty()) {
            return toSignIn(returnTo);
        }
        if (people.size() > 1) {
            return HttpResponse.seeOther(withReturnTo("/sign-in/choose", returnTo));
        }
        return enter(request, attempt, people.getFirst(), returnTo);
    }

    @Open
    @Get("/sign-in/choose")
    HttpResponse<?> choices(HttpRequest<?> request, @Nullable @QueryValue("return_to") String returnTo) {
        List<Person> people = attempts.attempt(request).map(signIns::people).orElse(List.of());
        if (people.isEmpty()) {
            return toSignIn(returnTo);
        }
        awaiting(request, returnTo);
        return pages.page(
                request,
                "sessions/choose",
                Map.of(
                        "people", people,
                        "address", people.getFirst().emailAddress(),
                        "returnTo", ReturnTo.of(returnTo)));
    }

    @Open
    @Post("/sign-in/choose")
    HttpResponse<?> choose(HttpRequest<?> request, @Body Map<String, String> form) {
        Optional<Secret> attempt = attempts.attempt(request);
        return attempt.map(signIns::people).orElse(List.of()).stream()
                .filter(person -> person.wireId().equals(form.get("person")))
                .findFirst()
                .<HttpResponse<?>>map(person -> enter(request, attempt.get(), person, form.get("return_to")))
                .orElseGet(() -> toSignIn(form.get("return_to")));
    }

    /** A session that the browser had before is over: its id must be worth nothing after a sign-in. */
    private HttpResponse<?> enter(HttpRequest<?> request, Secret attempt, Person person, @Nullable String returnTo) {
        Via via = new Via(Via.Door.PORTAL, RequestId.of(request), addresses.of(request));
        String userAgent = request.getHeaders().get("User-Agent", String.class).orElse("");
        return signIns.enter(attempt, person, via, userAgent)
                .<HttpResponse<?>>map(begun -> {
                    cookie.session(request, sessions).ifPresent(old -> sessions.end(old.tenantId(), old.sessionId()));
                    MutableHttpResponse<?> entered = HttpResponse.seeOther(URI.create(ReturnTo.of(returnTo)))
                            .cookie(cookie.holding(begun.token().reveal()))
                            .cookie(attempts.removed());
                    preferences.cookie(person.subject()).ifPresent(entered::cookie);
                    return entered;
                })
                .orElseGet(() -> toSignIn(returnTo));
    }

    @Post("/sign-out")
    HttpResponse<?> signOut(SessionCaller caller) {
        sessions.locate(caller.projectId(), caller.sessionId()).ifPresent(session -> sessions.revoke(caller, session));
        return HttpResponse.seeOther(URI.create("/sign-in"))
                .cookie(cookie.removed())
                .header("Clear-Site-Data", "\"cache\"");
    }

    /** The app's request that waits for the person, if one does; the last form on the way there may lead to the app at once. */
    @Nullable
    private Awaiting awaiting(HttpRequest<?> request, @Nullable String returnTo) {
        Optional<Awaiting> awaiting = requests.awaiting(ReturnTo.of(returnTo));
        awaiting.ifPresent(found -> FormTargets.allow(request, found.redirectUri()));
        return awaiting.orElse(null);
    }

    private Map<String, Object> signIn(
            String address, boolean wrong, @Nullable String returnTo, @Nullable Awaiting awaiting) {
        Map<String, Object> model = new HashMap<>();
        model.put("address", address);
        model.put("wrong", wrong);
        model.put("mailWorks", mailer.isConfigured());
        model.put("returnTo", ReturnTo.of(returnTo));
        model.put("appName", awaiting == null ? "" : awaiting.appName());
        model.put(
                "demoPeople",
                demo.map(DemoPeople::everybody).orElse(List.of()).stream()
                        .filter(person -> awaiting == null || person.projectId().equals(awaiting.projectId()))
                        .toList());
        return model;
    }

    /** @param triesLeft null: not tried yet; below 0: the attempt is over */
    private MutableHttpResponse<?> codePage(
            HttpRequest<?> request,
            HttpStatus status,
            String address,
            @Nullable Integer triesLeft,
            @Nullable String returnTo) {
        Map<String, Object> model = new HashMap<>();
        model.put("address", address);
        model.put("wrong", triesLeft != null);
        model.put("over", triesLeft != null && triesLeft < 0);
        model.put("triesLeft", triesLeft == null ? 0 : triesLeft);
        model.put("returnTo", ReturnTo.of(returnTo));
        return pages.page(request, status, "sessions/code", model);
    }

    private static URI codePage(@Nullable String returnTo) {
        return withReturnTo("/sign-in/code", returnTo);
    }

    private static URI withReturnTo(String path, @Nullable String returnTo) {
        String target = ReturnTo.of(returnTo);
        UriBuilder builder = UriBuilder.of(path);
        return target.equals(ReturnTo.HOME)
                ? builder.build()
                : builder.queryParam("return_to", target).build();
    }

    private static MutableHttpResponse<?> toSignIn(@Nullable String returnTo) {
        return HttpResponse.seeOther(withReturnTo("/sign-in", returnTo));
    }
}
