package dev.ungrant.secrets;

import java.security.SecureRandom;
import java.util.Base64;

/** The secret of a project or a confidential client: 256 random bits behind a readable prefix. */
public final class MachineSecret {
    private static final SecureRandom RANDOM = new SecureRandom();

    private MachineSecret() {}

    /** @param prefix such as {@code secret-test-} or {@code cpcs_} */
    public static String mint(String prefix) {
        byte[] bytes = new byte[32];
        RANDOM.nextBytes(bytes);
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    public static String lastFour(String secret) {
        return secret.substring(secret.length() - 4);
    }
}
