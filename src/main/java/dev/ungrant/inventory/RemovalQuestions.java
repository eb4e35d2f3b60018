package dev.ungrant.inventory;

import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.Form;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** The question before many lose access, and whether it was answered: with a reason, and for more than one with what must be typed. */
@Singleton
final class RemovalQuestions {
    private static final int SHOWN = 20;
    private static final int LONGEST_REASON = 500;

    private final Removals removals;
    private final Inventory inventory;
    private final Organizations organizations;

    RemovalQuestions(Removals removals, Inventory inventory, Organizations organizations) {
        this.removals = removals;
        this.inventory = inventory;
        this.organizations = organizations;
    }

    /**
     * @param remove access ends; false: a new approval is wanted
     * @param size how much it is about
     * @param rows the first of it
     * @param app the name of the one app that it is about; null: several
     * @param typed what must be typed; null: nothing
     * @param named it is the app's name; false: the number of people
     * @param fields what the form hands on
     * @param wrong what is missing: {@code reason}, {@code typed} or nothing
     */
    record Question(
            boolean remove,
            AccessReader.Size size,
            List<InventoryRow> rows,
            @Nullable String app,
            @Nullable String typed,
            boolean named,
            Map<String, List<String>> fields,
            String back,
            String reason,
            boolean tell,
            @Nullable String wrong) {
        public String act() {
            return InventoryFilter.PATH + (remove ? "/revoke" : "/ask-again");
        }

        /** The end of the keys of its words. */
        public String word() {
            return remove ? "remove" : "ask";
        }

        public long left() {
            return size.grants() - rows.size();
        }
    }

    Question of(SessionCaller caller, GrantSet set, Form form, boolean remove, Locale locale) {
        Removals.Preview preview = removals.preview(caller, set, SHOWN);
        String app = app(preview);
        boolean sent = form.has("reason");
        return new Question(
                remove,
                preview.size(),
                inventory.rows(organizations.get(caller, set.organizationId()), set, preview.some(), locale),
                app,
                typed(preview, set),
                named(preview, set),
                fields(form),
                back(set),
                form.text("reason"),
                !sent || form.has("tell"),
                !sent ? null : reason(form) == null ? "reason" : isTyped(preview, set, form) ? null : "typed");
    }

    boolean isAnswered(SessionCaller caller, GrantSet set, Form form) {
        return reason(form) != null && isTyped(removals.preview(caller, set, SHOWN), set, form);
    }

    /** What was typed stands for what was seen: when the number of people is another one by now, the question is asked anew. */
    private static boolean isTyped(Removals.Preview preview, GrantSet set, Form form) {
        String wanted = typed(preview, set);
        String typed = form.text("typed");
        // Numbers are written with all kinds of separators.
        return wanted == null
                || wanted.equalsIgnoreCase(named(preview, set) ? typed : typed.replaceAll("[\\s.,’\u00a0\u202f]", ""));
    }

    private static @Nullable String typed(Removals.Preview preview, GrantSet set) {
        if (preview.size().grants() <= 1) {
            return null;
        }
        return named(preview, set)
                ? preview.some().getFirst().appName().strip()
                : Long.toString(preview.size().people());
    }

    /** Everybody of one app: the app's name. What was picked, of whatever: the number of people, which one has to read for it. */
    private static boolean named(Removals.Preview preview, GrantSet set) {
        return preview.size().apps() == 1
                && set.people().isEmpty()
                && set.grants().isEmpty()
                && !set.filter().narrows();
    }

    private static @Nullable String app(Removals.Preview preview) {
        return preview.size().apps() == 1 ? preview.some().getFirst().appName() : null;
    }

    /** Null: none was given. */
    static @Nullable String reason(Form form) {
        String reason = form.text("reason");
        return reason.isEmpty() || reason.length() > LONGEST_REASON ? null : reason;
    }

    static String back(GrantSet set) {
        return set.ofOneApp()
                ? InventoryFilter.PATH
                        + '/'
                        + WireId.of(ConnectedApp.ID_KIND, set.apps().getFirst())
                : set.filter().address();
    }

    private static Map<String, List<String>> fields(Form form) {
        Map<String, List<String>> fields = new TreeMap<>(form.fields());
        fields.keySet().removeAll(List.of("form_token", "act", "reason", "tell", "typed"));
        return fields;
    }
}
