package dev.ungrant.members;

import dev.ungrant.web.Initials;
import dev.ungrant.web.Moments;
import io.micronaut.core.annotation.Nullable;
import java.util.List;
import java.util.Locale;

/**
 * A member as pages show them. Templates call its methods.
 *
 * @param roles without the one that everybody has
 * @param apps how many apps can act for them; null: not for this person to know
 * @param seen null: never
 */
record MemberView(
        Member member,
        List<RoleView> roles,
        @Nullable Long apps,
        Moments.Moment joined,
        @Nullable Moments.Moment seen) {
    /**
     * @param name what people call it
     * @param description null: nobody has written one
     * @param sources where it comes from, each a short phrase
     * @param own whether the organization has made it itself
     */
    record RoleView(String id, String name, @Nullable String description, List<String> sources, boolean own) {}

    public String id() {
        return member.wireId();
    }

    public String called() {
        return member.called();
    }

    /** Null when they are called by it already. */
    @Nullable
    public String address() {
        return member.called().equals(member.emailAddress()) ? null : member.emailAddress();
    }

    public String initials() {
        return Initials.of(member.called());
    }

    public int tint() {
        return Initials.tint(member.memberId());
    }

    public boolean deactivated() {
        return member.isDeleted();
    }

    public boolean invited() {
        return member.status() == Member.Status.INVITED;
    }

    /** As in messages and in addresses. */
    public String status() {
        return member.isDeleted() ? "deactivated" : member.status().name().toLowerCase(Locale.ROOT);
    }

    public String look() {
        return switch (member.status()) {
            case ACTIVE -> "ok";
            case INVITED -> "warn";
            case PENDING, DELETED -> "plain";
        };
    }

    public String icon() {
        return switch (member.status()) {
            case ACTIVE -> "#i-ok";
            case INVITED -> "#i-mail";
            case PENDING -> "#i-idle";
            case DELETED -> "#i-off";
        };
    }
}
