package dev.ungrant.inventory;

import dev.ungrant.web.Pager;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which grants of the organization somebody wants to see, and how, as the address of the page says it. What it does not know
 * counts as not said.
 *
 * @param search part of an app's name or address, or of a person's name or e-mail address: by app the former, by person the
 *     latter, in the flat list both
 * @param unused not used for so many days, nor let in since; 0: no matter
 * @param publisher {@code verified}, {@code unverified} or empty
 * @param sort empty: the usual order of the view
 */
public record InventoryFilter(View view, String search, int unused, String publisher, String sort) {
    public static final String PATH = "/organization/apps";

    public enum View {
        APP("app", List.of("", "people", "used", "unused")),
        PERSON("person", List.of("")),
        FLAT("flat", List.of("", "used"));

        private final String word;
        private final List<String> sorts;

        View(String word, List<String> sorts) {
            this.word = word;
            this.sorts = sorts;
        }

        public String word() {
            return word;
        }

        public List<String> sorts() {
            return sorts;
        }

        static View of(String word) {
            return List.of(values()).stream()
                    .filter(view -> view.word.equals(word))
                    .findFirst()
                    .orElse(APP);
        }
    }

    private static final List<Integer> DAYS = List.of(30, 90, 180);
    private static final List<String> PUBLISHERS = List.of("verified", "unverified");
    private static final int LONGEST = 100;

    static InventoryFilter of(Map<String, String> query) {
        View view = View.of(query.getOrDefault("view", ""));
        String search = query.getOrDefault("q", "").strip();
        String days = query.getOrDefault("unused", "");
        String publisher = query.getOrDefault("publisher", "");
        String sort = query.getOrDefault("sort", "");
        return new InventoryFilter(
                view,
                search.substring(0, Math.min(LONGEST, search.length())),
                DAYS.stream()
                        .filter(some -> some.toString().equals(days))
                        .findFirst()
                        .orElse(0),
                PUBLISHERS.contains(publisher) ? publisher : "",
                view.sorts.contains(sort) ? sort : "");
    }

    InventoryFilter in(View other) {
        return new InventoryFilter(other, search, unused, publisher, "");
    }

    public List<Integer> days() {
        return DAYS;
    }

    public List<String> publishers() {
        return PUBLISHERS;
    }

    public boolean narrows() {
        return !search.isEmpty() || unused > 0 || !publisher.isEmpty();
    }

    /** As an address or a form says it; nothing for what is not said. */
    public Map<String, String> said() {
        Map<String, String> said = new LinkedHashMap<>();
        said.put("view", view == View.APP ? "" : view.word);
        said.put("q", search);
        said.put("unused", unused == 0 ? "" : Integer.toString(unused));
        said.put("publisher", publisher);
        said.put("sort", sort);
        said.values().removeIf(String::isEmpty);
        return said;
    }

    /** The same list in another view. */
    public String address(String word) {
        return Pager.address(PATH, in(View.of(word)).said());
    }

    public String address() {
        return Pager.address(PATH, said());
    }

    /** Everything, in the same view. */
    public String cleared() {
        return Pager.address(PATH, new InventoryFilter(view, "", 0, "", "").said());
    }

    public String exported() {
        return Pager.address(PATH + "/export", said());
    }
}
