package dev.ungrant.connectedapps;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.Htmx;
import dev.ungrant.web.Pages;
import dev.ungrant.web.RateLimits;
import dev.ungrant.web.RequestId;
import dev.ungrant.web.Series;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import io.micronaut.http.annotation.Produces;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The end of access for several apps at once: what was ticked, the question, the receipts. */
@Controller
@Produces(MediaType.TEXT_HTML)
@Consumes(MediaType.APPLICATION_FORM_URLENCODED)
final class SelectionPages {
    private final Grants grants;
    private final Selections selections;
    private final AppModels models;
    private final RateLimits limits;
    private final Pages pages;
    private final Words words;

    SelectionPages(
            Grants grants, Selections selections, AppModels models, RateLimits limits, Pages pages, Words words) {
        this.grants = grants;
        this.selections = selections;
        this.models = models;
        this.limits = limits;
        this.pages = pages;
        this.words = words;
    }

    /** Changes nothing; a post only because a selection can be longer than an address. */
    @Post("/apps/selected")
    HttpResponse<?> question(SessionCaller caller, HttpRequest<?> request, @Body @Nullable String form) {
        Selections.Question question = selections.question(
                caller, caller.subject(), Selections.Ticked.of(form), words.locale(request), Instant.now());
        Map<String, Object> model = Map.of("question", question);
        return Htmx.vary(
                Htmx.wantsFragment(request)
                        ? pages.fragment(request, "connectedapps/confirm-selected", "question", model)
                        : pages.page(request, "connectedapps/confirm-selected", model));
    }

    @Post("/apps/revoke")
    HttpResponse<?> revoke(SessionCaller caller, HttpRequest<?> request, @Body @Nullable String form) {
        limits.countRevoke(caller.sessionId());
        Selections.Ticked ticked = Selections.Ticked.of(form);
        Map<ConnectedApp, Receipt> receipts =
                grants.revokeAll(caller, caller.subject(), selections.apps(caller, ticked));
        if (!Htmx.wantsFragment(request)) {
            return HttpResponse.seeOther(URI.create("/removed/" + RequestId.of(request)));
        }
        return Htmx.vary(pages.fragment(
                request,
                "connectedapps/receipt",
                "rows",
                Map.of(
                        "receipts",
                        ofLines(ticked, receipts, RequestId.of(request), words.locale(request), Instant.now()))));
    }

    private List<ReceiptView> ofLines(
            Selections.Ticked ticked,
            Map<ConnectedApp, Receipt> receipts,
            String requestId,
            Locale locale,
            Instant now) {
        Map<String, ConnectedApp> byId = new HashMap<>();
        receipts.keySet().forEach(app -> byId.put(app.wireId(), app));
        List<ReceiptView> views = new ArrayList<>();
        for (List<String> line : ticked.lines()) {
            List<ConnectedApp> ofLine = line.stream().map(byId::get).toList();
            views.add(ReceiptView.of(
                    line.getFirst(),
                    Series.names(
                            words,
                            locale,
                            ofLine.stream().map(ConnectedApp::name).distinct().toList()),
                    ofLine.stream().map(receipts::get).reduce(Receipt.NEVER_CONNECTED, Receipt::plus),
                    requestId,
                    words,
                    locale,
                    now));
        }
        return views;
    }

    /** After a post without script: what that request ended, read back from the audit. */
    @Get("/removed/{requestId}")
    HttpResponse<?> receipts(SessionCaller caller, HttpRequest<?> request, String requestId) {
        List<ReceiptView> receipts =
                models.receipts(caller, caller.subject(), requestId, words.locale(request), Instant.now());
        return pages.page(request, "connectedapps/removed", Map.of("receipts", receipts));
    }
}
