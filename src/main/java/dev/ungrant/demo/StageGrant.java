package dev.ungrant.demo;

import io.micronaut.core.annotation.Nullable;
import java.util.ArrayList;
import java.util.List;

/**
 * A grant of the demo, with a past: the demo would look dead if everything had happened a second ago.
 *
 * @param usedDaysAgo null: never used
 * @param callsADay how often it was used on each day between; 0 for hardly ever
 * @param endsInDays null: no end date
 * @param earlier other places where the app was signed in before, the first one first
 * @param formerly what was approved there; null: the same
 * @param place where its tokens in the cast are
 */
record StageGrant(
        String person,
        String app,
        List<String> scopes,
        int grantedDaysAgo,
        @Nullable Double usedDaysAgo,
        int callsADay,
        @Nullable Integer endsInDays,
        List<StagePlace> earlier,
        @Nullable List<String> formerly,
        StagePlace place) {
    static StageGrant of(
            String person,
            String app,
            int grantedDaysAgo,
            @Nullable Double usedDaysAgo,
            int callsADay,
            String... scopes) {
        return new StageGrant(
                person,
                app,
                List.of(scopes),
                grantedDaysAgo,
                usedDaysAgo,
                callsADay,
                null,
                List.of(),
                null,
                new StagePlace(grantedDaysAgo, usedDaysAgo, "198.51.100.17", ""));
    }

    StageGrant endingIn(int days) {
        return new StageGrant(
                person, app, scopes, grantedDaysAgo, usedDaysAgo, callsADay, days, earlier, formerly, place);
    }

    /** The cast's tokens are at another place than the first, since so many days. */
    StageGrant at(int daysAgo, String ipAddress, String userAgent) {
        StagePlace other = new StagePlace(daysAgo, usedDaysAgo, ipAddress, userAgent);
        return new StageGrant(
                person, app, scopes, grantedDaysAgo, usedDaysAgo, callsADay, endsInDays, earlier, formerly, other);
    }

    StageGrant before(int daysAgo, double lastUsedDaysAgo, String ipAddress, String userAgent) {
        List<StagePlace> places = new ArrayList<>(earlier);
        places.add(new StagePlace(daysAgo, lastUsedDaysAgo, ipAddress, userAgent));
        return new StageGrant(
                person,
                app,
                scopes,
                grantedDaysAgo,
                usedDaysAgo,
                callsADay,
                endsInDays,
                List.copyOf(places),
                formerly,
                place);
    }

    StageGrant formerly(String... approved) {
        return new StageGrant(
                person,
                app,
                scopes,
                grantedDaysAgo,
                usedDaysAgo,
                callsADay,
                endsInDays,
                earlier,
                List.of(approved),
                place);
    }
}
