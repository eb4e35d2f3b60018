package dev.ungrant.connectedapps;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.rbac.Subject;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import dev.ungrant.web.Series;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What the pages about somebody's apps show, whoever looks at them: the person, or somebody who answers for them. */
@Singleton
final class AppModels {
    private final Grants grants;
    private final ConnectedApps apps;
    private final AppRows rows;
    private final AppViews views;
    private final AppHistory history;
    private final Words words;

    AppModels(Grants grants, ConnectedApps apps, AppRows rows, AppViews views, AppHistory history, Words words) {
        this.grants = grants;
        this.apps = apps;
        this.rows = rows;
        this.views = views;
        this.history = history;
        this.words = words;
    }

    /** @param query the address, as {@link AppFilter} reads it; {@code removed}: the app whose receipt is shown */
    Map<String, Object> list(
            SessionCaller caller, Subject subject, Map<String, String> query, Locale locale, Instant now) {
        AppFilter filter = AppFilter.of(query);
        AppList list =
                AppList.of(rows.of(grants.history(caller, subject), caller.projectId(), locale, now), filter, now);
        list = list.with(views.connections(caller, subject, list.grants(), locale, now));
        Map<String, Object> model = new HashMap<>();
        model.put("list", list);
        model.put("filter", filter);
        model.put("asked", asked(filter, locale));
        model.put("receipt", receipt(caller, subject, query.get("removed"), locale, now));
        return model;
    }

    /** The address's own words of the filter: {@code ?q=...}; empty for everything. */
    String said(Map<String, String> query) {
        AppFilter filter = AppFilter.of(query);
        return filter.address(filter.page()).substring(1);
    }

    private String asked(AppFilter filter, Locale locale) {
        List<String> named = new ArrayList<>();
        if (!filter.search().isEmpty()) {
            named.add(words.say(locale, "filter.search", filter.search()));
        }
        filter.named().forEach(key -> named.add(words.say(locale, key)));
        return Series.names(words, locale, named);
    }

    /** What was ended, read back. Any other app in the address is passed over. */
    @Nullable
    private ReceiptView receipt(
            SessionCaller caller, Subject subject, @Nullable String wireId, Locale locale, Instant now) {
        if (wireId == null) {
            return null;
        }
        ConnectedApp app;
        try {
            app = apps.find(caller.projectId(), wireId);
        } catch (Problem problem) {
            return null;
        }
        return grants.lastReceipt(caller, subject, app)
                .map(receipt -> ReceiptView.of(app, receipt, history.lastRevoke(subject, app), words, locale, now))
                .orElse(null);
    }

    /** @throws Problem {@code connected_app_not_found} when the person has nothing to do with it */
    Map<String, Object> app(SessionCaller caller, Subject subject, ConnectedApp app, Locale locale, Instant now) {
        GrantedApp grant = grants.history(caller, subject).stream()
                .filter(candidate -> candidate.appId().equals(app.appId()))
                .findFirst()
                .orElseThrow(() -> new Problem(ErrorType.CONNECTED_APP_NOT_FOUND));
        AppRow row = rows.of(List.of(grant), caller.projectId(), locale, now).getFirst();
        Map<String, Object> model = new HashMap<>();
        model.put("row", row);
        model.put("detail", views.detail(caller, subject, app, row, locale, now));
        return model;
    }

    /** What a request of the last day ended. */
    List<ReceiptView> receipts(SessionCaller caller, Subject subject, String requestId, Locale locale, Instant now) {
        List<ConnectedApp> ended = apps.findPresent(caller.projectId(), history.appsRevokedBy(subject, requestId));
        List<ReceiptView> receipts = new ArrayList<>();
        grants.lastReceipts(caller, subject, ended)
                .forEach((app, receipt) -> receipts.add(ReceiptView.of(app, receipt, requestId, words, locale, now)));
        receipts.sort(Comparator.comparing(receipt -> receipt.name().toLowerCase(locale)));
        return receipts;
    }
}
