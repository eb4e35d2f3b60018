package dev.ungrant.demo;

import io.micronaut.core.annotation.Nullable;
import java.util.List;

/**
 * A grant of the demo, with a past: the demo would look dead if everything had happened a second ago.
 *
 * @param usedDaysAgo null: never used
 * @param callsADay how often it was used on each day between; 0 for hardly ever
 * @param endsInDays null: no end date
 */
record StageGrant(
        String person,
        String app,
        List<String> scopes,
        int grantedDaysAgo,
        @Nullable Double usedDaysAgo,
        int callsADay,
        @Nullable Integer endsInDays) {
    static StageGrant of(
            String person,
            String app,
            int grantedDaysAgo,
            @Nullable Double usedDaysAgo,
            int callsADay,
            String... scopes) {
        return new StageGrant(person, app, List.of(scopes), grantedDaysAgo, usedDaysAgo, callsADay, null);
    }

    StageGrant endingIn(int days) {
        return new StageGrant(person, app, scopes, grantedDaysAgo, usedDaysAgo, callsADay, days);
    }
}
