package dev.ungrant.connectedapps;

import io.micronaut.data.annotation.MappedEntity;
import java.util.List;
import java.util.UUID;

/**
 * What a policy would end if it were in force now.
 *
 * @param apps the apps that at least one person would lose, those of most people first; at most {@link #MOST_APPS}
 * @param appCount how many such apps there are
 * @param people how many people would lose at least one app
 * @param accesses how many grants would end
 * @param some who would lose what, at most {@link #MOST_ROWS} rows
 */
public record PolicyLoss(List<App> apps, long appCount, long people, long accesses, List<Access> some) {
    public static final int MOST_APPS = 100;
    public static final int MOST_ROWS = 50;

    private static final int AT_ONCE = 10;

    static final PolicyLoss NOTHING = new PolicyLoss(List.of(), 0, 0, 0, List.of());

    /** @param people how many would lose it */
    @MappedEntity("connected_apps")
    public record App(UUID appId, String name, long people) {}

    /** @param memberName the e-mail address of somebody without a name */
    @MappedEntity("grants")
    public record Access(UUID memberId, String memberName, UUID appId, String appName) {}

    /** Those that are shown at once. */
    public List<App> first() {
        return apps.subList(0, Math.min(apps.size(), AT_ONCE));
    }

    public List<App> rest() {
        return apps.subList(Math.min(apps.size(), AT_ONCE), apps.size());
    }

    public boolean isNothing() {
        return accesses == 0;
    }
}
