package dev.ungrant.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.api.Test;

final class SecretTest {
    private final UUID tenant = UUID.randomUUID();
    private final Secret secret = Secret.mint(SecretKind.ACCESS_TOKEN, tenant);

    @Test
    void carriesItsTenantAndIsFoundAgain() {
        Secret parsed = Secret.parse(SecretKind.ACCESS_TOKEN, secret.reveal()).orElseThrow();
        assertThat(parsed.tenantId()).isEqualTo(tenant);
        assertThat(parsed.hash()).isEqualTo(secret.hash());
    }

    @Test
    void isNoSecretOfAnotherKind() {
        String other = secret.reveal().replace("cpat_", "cprt_");
        assertThat(Secret.parse(SecretKind.REFRESH_TOKEN, secret.reveal())).isEmpty();
        assertThat(Secret.parse(SecretKind.REFRESH_TOKEN, other))
                .as("the checksum covers the prefix")
                .isEmpty();
    }

    @Test
    void everySingleMistypedCharacterIsNoticed() {
        String text = secret.reveal();
        for (int i = SecretKind.ACCESS_TOKEN.prefix().length(); i < text.length() - 1; i++) {
            char other = text.charAt(i) == 'A' ? 'B' : 'A';
            assertThat(Secret.parse(SecretKind.ACCESS_TOKEN, text.substring(0, i) + other + text.substring(i + 1)))
                    .isEmpty();
        }
    }

    @Test
    void doesNotShowItselfInALog() {
        assertThat(secret.toString()).doesNotContain(secret.reveal().substring(5, 20));
    }

    @Test
    void successorIsAlwaysTheSameAndTellsNothing() {
        Pepper pepper = new Pepper("dGhpcyBpcyB0aGUga2V5IG9mIHRoZSB0ZXN0cywgMzI=");
        Secret token = Secret.mint(SecretKind.REFRESH_TOKEN, tenant);
        assertThat(pepper.successor(token).reveal())
                .isEqualTo(pepper.successor(token).reveal());
        assertThat(pepper.successor(token).reveal()).isNotEqualTo(token.reveal());
        Pepper other = new Pepper("b3RoZXIga2V5IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXM=");
        assertThat(other.successor(token).reveal())
                .isNotEqualTo(pepper.successor(token).reveal());
    }

    @Test
    void whatWasEncryptedUnderAnotherKeyIsRefused() {
        byte[] sealed = new Pepper("dGhpcyBpcyB0aGUga2V5IG9mIHRoZSB0ZXN0cywgMzI=").encrypt(new byte[] {1, 2, 3});
        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> new Pepper("b3RoZXIga2V5IG9mIHRoZSB0ZXN0cywgMzIgYnl0ZXM=").decrypt(sealed))
                .isInstanceOf(IllegalStateException.class);
    }
}
