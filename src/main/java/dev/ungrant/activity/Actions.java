package dev.ungrant.activity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Everything that the audit can say has happened, in the groups that the filter offers. Each has its words, {@code
 * activity.action.<action>}; a new action is an entry here and its words.
 */
final class Actions {
    /** What was tried and refused is recorded under the name of the permission that was missing. */
    static final Map<String, List<String>> GROUPS = groups();

    static final Set<String> ALL =
            GROUPS.values().stream().flatMap(List::stream).collect(Collectors.toUnmodifiableSet());

    private Actions() {}

    private static Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put(
                "access",
                List.of(
                        "grant.opened",
                        "grant.confirmed",
                        "grant.revoked",
                        "grant.asked_again",
                        "connection.ended",
                        "consent.denied",
                        "token.revoked_by_app",
                        "token.refresh_reused",
                        "token.code_reused",
                        "get.connected-apps",
                        "revoke.connected-app"));
        groups.put("session", List.of("session.begun", "session.revoked", "sessions.revoked", "address.proved"));
        groups.put(
                "people",
                List.of(
                        "member.created",
                        "member.invited",
                        "member.invitation_withdrawn",
                        "member.joined",
                        "member.linked",
                        "member.updated",
                        "member.deleted",
                        "member.reactivated",
                        "member.erased",
                        "user.created",
                        "user.updated",
                        "user.deleted"));
        groups.put(
                "organization",
                List.of(
                        "organization.created",
                        "organization.updated",
                        "organization.roles_changed",
                        "provider.added",
                        "provider.changed",
                        "provider.removed",
                        "provider.unlinked",
                        "provider.sign_in",
                        "organization.deleted",
                        "policy.changed",
                        "job.started",
                        "job.finished",
                        "activity.exported",
                        "apps.exported",
                        "embed_origin.added",
                        "embed_origin.removed",
                        "embed_token.minted",
                        "embed_token.used"));
        groups.put(
                "service",
                List.of(
                        "app.created",
                        "app.updated",
                        "app.deleted",
                        "app.removed_unused",
                        "app.secret_rotation_started",
                        "app.secret_rotation_cancelled",
                        "app.secret_rotated",
                        "app.publisher_verified",
                        "app.publisher_unverified",
                        "registration.changed",
                        "origin.added",
                        "origin.removed",
                        "issuer.trusted",
                        "issuer.distrusted",
                        "sdk.changed",
                        "signing_key.added",
                        "signing_key.withdrawn"));
        return groups;
    }

    /** What a filter offers. What happens to apps and settings of the whole service is in no organization's chain. */
    static Map<String, List<String>> offered(boolean own) {
        Map<String, List<String>> offered = new LinkedHashMap<>(GROUPS);
        offered.remove("service");
        if (own) {
            offered.remove("organization");
        }
        offered.replaceAll((group, actions) ->
                actions.stream().filter(action -> !action.startsWith("user.")).toList());
        return offered;
    }

    /** The actions of a group, or the one action of that name; empty: there is no such thing. */
    static List<String> of(String kind) {
        return GROUPS.getOrDefault(kind, ALL.contains(kind) ? List.of(kind) : List.of());
    }
}
