package dev.ungrant.members;

import io.micronaut.core.annotation.Nullable;
import java.util.List;

/**
 * What is asked before something is done to a member.
 *
 * @param act the last word of the address that does it
 * @param button what the button says; null: it cannot be done, and the points say why
 * @param typed what is to be typed first; null: nothing
 */
record Question(
        String member,
        String act,
        String title,
        List<Point> points,
        @Nullable String button,
        boolean danger,
        @Nullable String typed) {
    /** One true sentence. */
    record Point(String icon, String text) {}

    public boolean possible() {
        return button != null;
    }

    public String address() {
        return MemberFilter.PATH + '/' + member + '/' + act;
    }

    public String back() {
        return MemberFilter.PATH + '/' + member;
    }
}
