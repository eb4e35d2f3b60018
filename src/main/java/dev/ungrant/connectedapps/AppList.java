package dev.ungrant.connectedapps;

import dev.ungrant.web.Pager;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * One page of the list.
 *
 * @param matching how many lines the filter lets through, on all pages
 * @param all how many lines there are of apps that can act for the person, whatever the filter
 * @param ended how many were ended within the last 90 days
 * @param unused how many of {@code all} were not used for so long that one should look at them
 */
record AppList(
        List<AppLine> lines, int matching, int all, int ended, int unused, int page, int pages, AppFilter filter) {
    private static final AppFilter EVERYTHING = AppFilter.of(Map.of());
    private static final AppFilter UNUSED = AppFilter.of(Map.of("unused", Integer.toString(AppRows.IDLE_DAYS)));

    static AppList of(List<AppRow> everything, AppFilter filter, Instant now) {
        List<AppLine> matching = filter.apply(everything, now);
        int pages = Math.max(1, (matching.size() + AppFilter.PAGE - 1) / AppFilter.PAGE);
        int page = Math.min(filter.page(), pages);
        int from = (page - 1) * AppFilter.PAGE;
        return new AppList(
                matching.subList(from, Math.min(matching.size(), from + AppFilter.PAGE)),
                matching.size(),
                EVERYTHING.apply(everything, now).size(),
                (int) everything.stream().filter(row -> !row.live()).count(),
                UNUSED.apply(everything, now).size(),
                page,
                pages,
                filter);
    }

    /** The grants of this page that live. */
    List<GrantedApp> grants() {
        return lines.stream()
                .filter(AppLine::live)
                .flatMap(line -> line.rows().stream())
                .map(AppRow::grant)
                .toList();
    }

    AppList with(Map<UUID, List<ConnectionView>> connections) {
        return new AppList(
                lines.stream()
                        .map(line -> line.with(line.rows().stream()
                                .flatMap(row ->
                                        connections.getOrDefault(row.grant().grantId(), List.of()).stream())
                                .toList()))
                        .toList(),
                matching,
                all,
                ended,
                unused,
                page,
                pages,
                filter);
    }

    /** How many there are of what the filter is about: apps that can act, or such as could. */
    public int total() {
        return filter.status().equals("removed") ? ended : all;
    }

    /** Whether there is anything on the page that could be chosen for removal. */
    public boolean selectable() {
        return lines.stream().anyMatch(AppLine::live);
    }

    /** The way to those that nobody uses is of no use to somebody who is there. */
    public boolean offersUnused() {
        return unused > 0 && !filter.narrows();
    }

    public String unusedAddress() {
        return UNUSED.address(1);
    }

    public Pager pager() {
        int first = (page - 1) * AppFilter.PAGE + 1;
        return new Pager(
                first,
                first + lines.size() - 1,
                matching,
                page > 1 ? filter.address(page - 1) : null,
                page < pages ? filter.address(page + 1) : null);
    }

    /** Nothing was ever connected, as opposed to nothing that matches. */
    public boolean never() {
        return all == 0 && !filter.narrows();
    }
}
