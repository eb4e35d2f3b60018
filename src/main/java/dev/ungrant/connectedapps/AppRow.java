package dev.ungrant.connectedapps;

import dev.ungrant.web.Moments;
import io.micronaut.core.annotation.Nullable;
import java.util.List;
import java.util.Locale;

/**
 * One app as a line of the list shows it. Templates call its methods, which is twice as fast as naming properties.
 *
 * @param lastUsed null: never used
 * @param until null: no end date
 * @param ended when access ended; null: live
 * @param days until the end date, rounded up; 0 when there is none
 */
record AppRow(
        GrantedApp grant,
        List<Permit> permits,
        Status status,
        long days,
        int attention,
        @Nullable Moments.Moment lastUsed,
        Moments.Moment connected,
        @Nullable Moments.Moment until,
        @Nullable Moments.Moment ended) {
    enum Status {
        ACTIVE("ok", "i-ok"),
        EXPIRING("warn", "i-ends"),
        IDLE("warn", "i-idle"),
        NO_TOKEN("plain", "i-pause"),
        ASKED_AGAIN("warn", "i-again"),
        EXPIRED("plain", "i-ends"),
        REMOVED("plain", "i-off");

        private final String look;
        private final String icon;

        Status(String look, String icon) {
            this.look = look;
            this.icon = icon;
        }

        public String look() {
            return look;
        }

        public String icon() {
            return '#' + icon;
        }

        /** As in messages and in addresses. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public String id() {
        return grant.appWireId();
    }

    public String name() {
        return grant.name();
    }

    public AppFace face() {
        return AppFace.of(grant);
    }

    public boolean live() {
        return grant.isLive();
    }

    /**
     * Why access ended, as a key of the words; null: live.
     *
     * @param toOthers whether the words are not for the person themselves
     */
    @Nullable
    public String endedWhy(boolean toOthers) {
        if (grant.revokedWhy() == null) {
            return null;
        }
        boolean spokenTo =
                grant.revokedWhy() == EndReason.REVOKED_BY_SUBJECT || grant.revokedWhy() == EndReason.MEMBER_DELETED;
        return "ended." + grant.revokedWhy().wireName() + (toOthers && spokenTo ? ".other" : "");
    }
}
