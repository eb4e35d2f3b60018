package dev.ungrant.members;

import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.OrganizationJson;
import dev.ungrant.rbac.Policy;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A member as the wire shows it: every field of contract §4.5, empty where Ungrant keeps nothing. */
@Serdeable(naming = SnakeCaseStrategy.class)
public record MemberJson(
        String organizationId,
        String memberId,
        String emailAddress,
        String status,
        String name,
        String externalId,
        List<RoleJson> roles,
        boolean isAdmin,
        boolean isBreakglass,
        boolean isLocked,
        @Nullable Instant lockCreatedAt,
        @Nullable Instant lockExpiresAt,
        boolean emailAddressVerified,
        List<Object> retiredEmailAddresses,
        boolean mfaEnrolled,
        String mfaPhoneNumber,
        boolean mfaPhoneNumberVerified,
        String defaultMfaMethod,
        String totpRegistrationId,
        String memberPasswordId,
        List<Object> ssoRegistrations,
        List<Object> oauthRegistrations,
        @Nullable Object scimRegistration,
        Map<String, Object> trustedMetadata,
        Map<String, Object> untrustedMetadata,
        Instant createdAt,
        Instant updatedAt) {
    public static MemberJson of(Member member) {
        return new MemberJson(
                WireId.of("organization", member.organizationId()),
                member.wireId(),
                member.emailAddress(),
                member.status().name().toLowerCase(Locale.ROOT),
                member.name(),
                member.externalId() == null ? "" : member.externalId(),
                RoleJson.of(member),
                member.roles().contains(Policy.ADMIN_ROLE),
                member.isBreakglass(),
                false,
                null,
                null,
                member.emailVerified(),
                List.of(),
                member.mfaEnrolled(),
                member.mfaPhoneNumber(),
                false,
                member.defaultMfaMethod(),
                "",
                "",
                List.of(),
                List.of(),
                null,
                member.trustedMetadata(),
                member.untrustedMetadata(),
                member.createdAt(),
                member.updatedAt());
    }

    /** The answer to whatever was done with one member. */
    static Map<String, Object> answer(HttpRequest<?> request, Member member, Organization organization) {
        return ApiResponse.to(request)
                .with("member_id", member.wireId())
                .with("member", of(member))
                .with("organization", OrganizationJson.of(organization))
                .body();
    }

    static Map<String, Object> answer(HttpRequest<?> request, Members.Found found) {
        Map<String, OrganizationJson> byId = new LinkedHashMap<>();
        found.organizations()
                .forEach(organization -> byId.put(organization.wireId(), OrganizationJson.of(organization)));
        return ApiResponse.to(request)
                .with(
                        "members",
                        found.page().results().stream().map(MemberJson::of).toList())
                .with("results_metadata", found.page().metadata())
                .with("organizations", byId)
                .body();
    }
}
