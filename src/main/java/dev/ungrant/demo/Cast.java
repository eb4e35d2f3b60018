package dev.ungrant.demo;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.util.List;
import java.util.Map;

/**
 * Everybody and everything in the demo, with all that a script needs to act for them. The names of the JSON are relied on by
 * scripts: add, never rename. A value that somebody does not have is left out.
 */
@Serdeable(naming = SnakeCaseStrategy.class)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Cast(String baseUrl, @JsonProperty("b2b") B2b b2b, Consumer consumer) {

    @Serdeable(naming = SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record B2b(
            String projectId,
            String secret,
            String publicToken,
            Map<String, Organization> organizations,
            Map<String, Member> members,
            Map<String, App> apps,
            List<Grant> grants) {}

    @Serdeable(naming = SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Consumer(
            String projectId,
            String secret,
            String publicToken,
            Map<String, User> users,
            Map<String, App> apps,
            List<Grant> grants) {}

    @Serdeable(naming = SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Organization(
            String organizationId,
            String organizationSlug,
            @Nullable String organizationExternalId) {}

    /** A persona of an organization; one who is deactivated has no session and no sign-in address. */
    @Serdeable(naming = SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Member(
            String organization,
            String memberId,
            @Nullable String externalId,
            String emailAddress,
            String name,
            List<String> roles,
            String status,
            @Nullable String sessionToken,
            @Nullable String sessionJwt,
            @Nullable String signInUrl) {}

    @Serdeable(naming = SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record User(
            String userId,
            @Nullable String externalId,
            String emailAddress,
            String name,
            @Nullable String sessionToken,
            @Nullable String sessionJwt,
            @Nullable String signInUrl) {}

    @Serdeable(naming = SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record App(
            String connectedAppId,
            @Nullable String clientSecret,
            String clientType,
            String name,
            List<String> redirectUrls,
            String accessTokenFormat) {}

    /** One of member and user is there. */
    @Serdeable(naming = SnakeCaseStrategy.class)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Grant(
            @Nullable String member,
            @Nullable String user,
            String app,
            List<String> scopes,
            String accessToken,
            @Nullable String refreshToken) {}
}
