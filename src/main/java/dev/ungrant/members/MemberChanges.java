package dev.ungrant.members;

import dev.ungrant.organizations.Metadata;
import dev.ungrant.rbac.Permission;
import dev.ungrant.web.EmailAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.ExternalId;
import dev.ungrant.web.Json;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.Problem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a request wants of a member, field by field of contract §4.5. Empty lists and objects change nothing, since some
 * clients send one for every field they know; the roles of a member are taken away by giving {@code stytch_member} alone,
 * which everybody has.
 */
final class MemberChanges {
    /** What each field takes on {@code stytch.member}, or on {@code stytch.self} for one's own person. */
    private static final Map<String, String> ACTIONS = Map.of(
            "name", "update.info.name",
            "untrusted_metadata", "update.info.untrusted-metadata",
            "mfa_phone_number", "update.info.mfa-phone",
            "mfa_enrolled", "update.settings.mfa-enrolled",
            "default_mfa_method", "update.settings.default-mfa-method");

    /** What nobody may do to themselves by the wildcard that every member has on their own person. */
    private static final Map<String, String> ACTIONS_ON_OTHERS = Map.of(
            "email_address", "update.info.email",
            "external_id", "update.info.external-id",
            "is_breakglass", "update.settings.is-breakglass",
            "roles", "update.settings.roles");

    private final JsonBody body;
    private final Json json;

    MemberChanges(JsonBody body, Json json) {
        this.body = body;
        this.json = json;
    }

    List<Permission> onAnybody() {
        return permissions(ACTIONS);
    }

    List<Permission> onOthers() {
        return permissions(ACTIONS_ON_OTHERS);
    }

    private List<Permission> permissions(Map<String, String> actions) {
        List<Permission> permissions = new ArrayList<>();
        actions.forEach((field, action) -> {
            if (asks(field)) {
                permissions.add(Permission.onMember(action));
            }
        });
        return permissions;
    }

    boolean asks(String field) {
        return body.has(field)
                && !(body.fields().get(field) instanceof List<?> list && list.isEmpty())
                && !(body.fields().get(field) instanceof Map<?, ?> map && map.isEmpty());
    }

    /** The roles to be given to the member; empty when they are to stay as they are. */
    Optional<List<String>> roles() {
        return asks("roles") ? body.strings("roles") : Optional.empty();
    }

    Member onto(Member member) {
        String emailAddress =
                body.string("email_address").map(EmailAddress::require).orElse(member.emailAddress());
        return new Member(
                member.projectId(),
                member.organizationId(),
                member.memberId(),
                emailAddress,
                body.string("name", 256).orElse(member.name()),
                member.status(),
                body.string("external_id")
                        .map(id -> ExternalId.require("external_id", id))
                        .orElse(member.externalId()),
                body.bool("is_breakglass").orElse(member.isBreakglass()),
                member.emailVerified() && emailAddress.equals(member.emailAddress()),
                body.bool("mfa_enrolled").orElse(member.mfaEnrolled()),
                body.string("mfa_phone_number", 32).orElse(member.mfaPhoneNumber()),
                defaultMfaMethod(member),
                Metadata.merged(member.trustedMetadata(), body, "trusted_metadata", json),
                Metadata.merged(member.untrustedMetadata(), body, "untrusted_metadata", json),
                member.createdAt(),
                member.updatedAt(),
                member.lastSeenAt(),
                member.assignedRoles(),
                member.organizationImplicitRoles());
    }

    /** What the audit keeps of a change: which fields, and which roles; never what stands in a field. */
    static Map<String, Object> told(Member before, Member after, Optional<List<String>> roles) {
        Map<String, Object> told = new LinkedHashMap<>();
        List<String> fields = new ArrayList<>();
        if (!before.name().equals(after.name())) {
            fields.add("name");
        }
        if (!before.emailAddress().equals(after.emailAddress())) {
            fields.add("email_address");
        }
        told.put("fields", fields);
        roles.ifPresent(wanted -> {
            told.put("roles_added", minus(wanted, before.directRoles()));
            told.put("roles_removed", minus(before.directRoles(), wanted));
        });
        return told;
    }

    private static List<String> minus(List<String> some, List<String> others) {
        return some.stream().filter(one -> !others.contains(one)).toList();
    }

    private String defaultMfaMethod(Member member) {
        String method = body.string("default_mfa_method").orElse(member.defaultMfaMethod());
        if (!List.of("", "sms_otp", "totp").contains(method)) {
            throw new Problem(ErrorType.BAD_REQUEST, "default_mfa_method must be sms_otp or totp.");
        }
        return method;
    }
}
