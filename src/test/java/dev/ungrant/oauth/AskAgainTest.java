package dev.ungrant.oauth;

import static org.assertj.core.api.Assertions.assertThat;

import dev.ungrant.connectedapps.EndNote;
import dev.ungrant.connectedapps.OrganizationGrants;
import dev.ungrant.rbac.Actor;
import jakarta.inject.Inject;
import java.net.http.HttpResponse;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;

/**
 * A state short of revoke: no token is minted until the person says yes again, tokens that are out there live until they
 * expire, and what was got by the old yes never comes back.
 */
final class AskAgainTest extends HostedPageTest {
    @Inject
    OrganizationGrants grants;

    private int askAgain() {
        UUID tenantId = uuid("organization", acme.get("organization_id"));
        UUID grantId = liveGrant();
        return transactions.write(() -> grants.askAgain(
                Actor.system("request-id-test-ask"), tenantId, List.of(grantId), new EndNote("Review", false)));
    }

    private UUID liveGrant() {
        try (java.sql.Connection connection = database();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT BIN_TO_UUID(grant_id) FROM grants WHERE tenant_id = UUID_TO_BIN(?) AND live = 1")) {
            statement.setString(
                    1, uuid("organization", acme.get("organization_id")).toString());
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return UUID.fromString(rows.getString(1));
            }
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void nothingIsMintedUntilThePersonSaysYesAgain() {
        Connection before = redeem(surfer(ben).allow(asking(calendar, "openid", "offline_access")));
        String waitingCode = surfer(ben).allow(asking(calendar, "openid", "offline_access"));
        assertThat(askAgain()).isEqualTo(1);
        assertThat(askAgain()).as("it is wanted already").isZero();

        assertThat(isActive(calendar, before.accessToken()))
                .as("until it expires")
                .isTrue();
        refusedAs(refresh(before), 400, "invalid_grant");
        assertThat(isActive(calendar, before.refreshToken())).isFalse();
        refusedAs(tryRedeem(calendar, waitingCode), 400, "invalid_grant");

        UUID old = liveGrant();
        Connection after = redeem(surfer(ben).allow(asking(calendar, "openid", "offline_access")));
        assertThat(liveGrant()).as("another grant").isNotEqualTo(old);
        refresh(after).ok();
        assertThat(isActive(calendar, before.accessToken())).isFalse();
        refusedAs(refresh(before), 400, "invalid_grant");
        assertThat(auditEvents(uuid("organization", acme.get("organization_id")), "grant.asked_again"))
                .isEqualTo(1);
    }

    @Test
    void rememberedYesDoesNotCount() {
        redeem(surfer(ben).allow(asking(calendar, "openid")));
        Map<String, String> silent = asking(calendar, Map.of("prompt", "none"), "openid");
        codeIn(surfer(ben).open(silent));
        askAgain();
        refusedToApp(surfer(ben).open(silent), "consent_required");
        surfer(ben).consent(asking(calendar, "openid"));
        assertThat(start(backend, ben, calendar, "openid").ok().body()).containsEntry("consent_required", true);
        Surfer browser = surfer(ben);
        refusedToApp(browser.press(browser.consent(asking(calendar, "openid")), "consent-deny"), "access_denied");
        refusedToApp(surfer(ben).open(silent), "consent_required");
        redeem(surfer(ben).allow(asking(calendar, "openid")));
        codeIn(surfer(ben).open(silent));
    }

    @Test
    void appOfTheProjectIsAskedForToo() {
        Client own = app(backend, "first_party");
        Map<String, String> silent = asking(own, Map.of("prompt", "none"), "openid");
        codeIn(surfer(ben).open(silent));
        askAgain();
        refusedToApp(surfer(ben).open(silent), "consent_required");
    }

    /** R04, with a new approval asked for instead of a revoke. */
    @Test
    void pageThatWasDrawnBeforeIsOutOfDate() {
        redeem(surfer(ben).allow(asking(calendar, "openid")));
        Surfer browser = surfer(ben);
        Document page = browser.consent(asking(calendar, Map.of("prompt", "consent"), "openid"));
        askAgain();
        HttpResponse<String> response = browser.press(page, "consent-allow");
        assertThat(response.statusCode()).isEqualTo(409);
        refusedToApp(surfer(ben).open(asking(calendar, Map.of("prompt", "none"), "openid")), "consent_required");
    }

    @Test
    void whatHasEndedIsNotAskedFor() {
        redeem(surfer(ben).allow(asking(calendar, "openid")));
        UUID grantId = liveGrant();
        backend.post(revokeOf(ben, calendar), "{}").ok();
        assertThat(transactions.<Integer>write(() -> grants.askAgain(
                        Actor.system("request-id-test-ask"),
                        uuid("organization", acme.get("organization_id")),
                        List.of(grantId),
                        EndNote.NONE)))
                .isZero();
    }
}
