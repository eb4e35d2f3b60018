package dev.ungrant.connectedapps;

import java.time.Instant;
import java.util.List;

/**
 * One page of the list.
 *
 * @param matching how many rows the filter lets through, on all pages
 * @param all how many apps can act for the person, whatever the filter
 * @param ended how many were ended within the last 90 days
 */
record AppList(List<AppRow> rows, int matching, int all, int ended, int page, int pages, AppFilter filter) {
    static AppList of(List<AppRow> everything, AppFilter filter, Instant now) {
        List<AppRow> matching = filter.apply(everything, now);
        int pages = Math.max(1, (matching.size() + AppFilter.PAGE - 1) / AppFilter.PAGE);
        int page = Math.min(filter.page(), pages);
        int from = (page - 1) * AppFilter.PAGE;
        int live = (int) everything.stream().filter(AppRow::live).count();
        return new AppList(
                matching.subList(from, Math.min(matching.size(), from + AppFilter.PAGE)),
                matching.size(),
                live,
                everything.size() - live,
                page,
                pages,
                filter);
    }

    /** How many there are of what the filter is about: apps that can act, or such as could. */
    public int total() {
        return filter.status().equals("removed") ? ended : all;
    }

    public int first() {
        return (page - 1) * AppFilter.PAGE + 1;
    }

    public int last() {
        return first() + rows.size() - 1;
    }

    public String previous() {
        return filter.address(page - 1);
    }

    public String next() {
        return filter.address(page + 1);
    }

    /** Nothing was ever connected, as opposed to nothing that matches. */
    public boolean never() {
        return all == 0 && !filter.narrows();
    }
}
