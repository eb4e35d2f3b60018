package dev.ungrant.inventory;

import dev.ungrant.connectedapps.AppFace;
import dev.ungrant.connectedapps.Permit;
import dev.ungrant.web.Moments;
import io.micronaut.core.annotation.Nullable;
import java.util.List;

/**
 * A line of the inventory: an app, a person, or one app of one person.
 *
 * @param item what a form sends for it
 * @param app null: the line is about a person
 * @param person null: the line is about an app
 * @param count how many people, or apps; 0 in a line about one app of one person
 * @param permits all of them, the worst first
 * @param lastUsed null: never
 * @param allowed whether the organization allows the app
 * @param askedAgain a new approval was asked for and not given yet
 */
record InventoryRow(
        String item,
        @Nullable App app,
        @Nullable Who person,
        long count,
        List<Permit> permits,
        Moments.Moment since,
        @Nullable Moments.Moment lastUsed,
        boolean allowed,
        boolean askedAgain) {
    record App(String id, String name, AppFace face) {}

    record Who(String id, String name, String emailAddress, String initials, int tint) {
        /** Nothing when the name is the address already. */
        public @Nullable String address() {
            return name.equals(emailAddress) ? null : emailAddress;
        }
    }

    public List<Permit> worst() {
        return permits.subList(0, Math.min(2, permits.size()));
    }

    public int more() {
        return Math.max(0, permits.size() - 2);
    }

    public String called() {
        return app != null ? app.name : person.name;
    }
}
