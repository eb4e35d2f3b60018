package dev.ungrant.projects;

import dev.ungrant.rbac.Policies;
import dev.ungrant.sessions.SdkClient;
import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.EmailDomain;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Open;
import dev.ungrant.web.Problem;
import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Post;
import java.util.List;
import java.util.Map;

/** What the browser SDK asks and tells of itself when a page loads (contract §5.4). */
@Controller("/sdk/v1")
final class ProjectSdk {
    private final Policies policies;
    private final String mailDomain;

    ProjectSdk(
            Policies policies,
            @Property(name = "ungrant.mail.from", defaultValue = "ungrant@localhost") String mailFrom) {
        this.policies = policies;
        this.mailDomain = EmailDomain.of(mailFrom);
    }

    /** The SDK judges by this policy what its page may offer; whether it is done is judged here. */
    @Open
    @Get("/projects/bootstrap/{public_token}")
    Map<String, Object> bootstrap(SdkClient client, HttpRequest<?> request, String public_token) {
        SdkAccess access = client.access();
        if (!access.publicToken().equals(public_token)) {
            throw new Problem(ErrorType.PUBLIC_TOKEN_NOT_FOUND);
        }
        return ApiResponse.to(request)
                .with("project_name", access.name())
                .with("vertical", access.vertical())
                .with("rbac_policy", policies.of(access.projectId()))
                .with("disable_sdk_watermark", true)
                .with("cname_domain", null)
                .with("email_domains", List.of(mailDomain))
                .with("captcha_settings", Map.of("enabled", false))
                // A link then counts only in the browser that asked for it.
                .with("pkce_required_for_email_magic_links", true)
                .with("pkce_required_for_password_resets", false)
                .with("pkce_required_for_oauth", false)
                .with("pkce_required_for_sso", false)
                .with("slug_pattern", null)
                .with("create_organization_enabled", false)
                // Must be there, or the SDK forgets the policy too (§1.5).
                .with("password_config", null)
                .with("dfp_protected_auth_enabled", false)
                .with("siwe_required_for_crypto_wallets", false)
                .body();
    }

    /** The SDK's telemetry. Nobody here wants it, so it is not even read; the SDK wants some success. */
    @Open
    @Post("/events")
    @Consumes(MediaType.ALL)
    Map<String, Object> events(HttpRequest<?> request) {
        return ApiResponse.to(request).body();
    }
}
