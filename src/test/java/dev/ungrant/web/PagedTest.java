package dev.ungrant.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.core.annotation.Nullable;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PagedTest {
    private final TreeSet<String> names = new TreeSet<>();

    private Paged<String> page(@Nullable PageCursor cursor) {
        return Paged.of(cursor, 10, names.size(), this::read, List::of);
    }

    private List<String> read(@Nullable PageCursor cursor, int limit) {
        var from = cursor == null
                ? names
                : cursor.backward()
                        ? names.headSet(cursor.keys().getFirst(), false).descendingSet()
                        : names.tailSet(cursor.keys().getFirst(), false);
        return from.stream().limit(limit).toList();
    }

    private void fill(int count) {
        IntStream.range(0, count).forEach(i -> names.add("n%03d é.&=%%".formatted(i)));
    }

    /** What a browser that follows the link sends back. */
    private static PageCursor followed(String address) {
        Map<String, String> query = new LinkedHashMap<>();
        for (String pair : URI.create(address).getRawQuery().split("&")) {
            int at = pair.indexOf('=');
            query.put(pair.substring(0, at), URLDecoder.decode(pair.substring(at + 1), StandardCharsets.UTF_8));
        }
        assertThat(query).containsEntry("q", "a b&c");
        return PageCursor.of(query, 1).orElseThrow();
    }

    @Test
    void linksLeadThroughEveryRowOnceAndBackAgain() {
        fill(34);
        List<String> seen = new ArrayList<>();
        List<String> ranges = new ArrayList<>();
        PageCursor cursor = null;
        Pager pager;
        do {
            Paged<String> page = page(cursor);
            pager = page.pager("/list", Map.of("q", "a b&c"));
            seen.addAll(page.rows());
            ranges.add(pager.first() + "-" + pager.last() + " of " + pager.total());
            cursor = pager.next() == null ? null : followed(pager.next());
        } while (cursor != null);
        assertThat(seen).containsExactlyElementsOf(names);
        assertThat(ranges).containsExactly("1-10 of 34", "11-20 of 34", "21-30 of 34", "31-34 of 34");

        List<String> back = new ArrayList<>();
        while (pager.previous() != null) {
            Paged<String> page = page(followed(pager.previous()));
            pager = page.pager("/list", Map.of("q", "a b&c"));
            back.addFirst(pager.first() + "-" + pager.last() + " of " + pager.total());
            assertThat(page.rows()).hasSize(10);
        }
        assertThat(back).containsExactly("1-10 of 34", "11-20 of 34", "21-30 of 34");
    }

    @Test
    void fewRowsNeedNoLinks() {
        assertThat(page(null).pager("/list", Map.of())).isEqualTo(new Pager(0, 0, 0, null, null));
        fill(10);
        assertThat(page(null).pager("/list", Map.of()).alone()).isTrue();
    }

    @Test
    void rowsThatComeAndGoLeaveNoPageEmptyAndNoCountBeyondTheEnds() {
        fill(34);
        PageCursor third = page(page(null).next()).next();
        names.removeIf(name -> name.compareTo("n005") >= 0 && name.compareTo("n020") < 0);
        Paged<String> page = page(third);
        assertThat(page.pager("/list", Map.of()).last()).isLessThanOrEqualTo(names.size());
        names.removeIf(name -> name.compareTo("n003") >= 0);
        assertThat(page(third).rows()).containsExactlyElementsOf(names);
        assertThat(page(page(third).previous()).rows()).containsExactlyElementsOf(names);
    }

    @Test
    void cursorOfAnotherListCountsAsNotSaid() {
        for (String text : List.of("", "x", "1", "0.YQ", "1.YQ.YQ", "1.%%%", "-1.YQ", "99999999999999999999.YQ")) {
            assertThat(PageCursor.of(Map.of("after", text), 1)).as(text).isEmpty();
        }
        assertThat(PageCursor.of(Map.of("before", "7.YQ"), 1)).contains(new PageCursor(true, 7, List.of("a")));
        assertThat(PageCursor.of(Map.of(), 1)).isEmpty();
    }
}
