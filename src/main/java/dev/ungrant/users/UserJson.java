package dev.ungrant.users;

import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A user as the wire shows it: every field of contract §6, empty where Ungrant keeps nothing. */
@Serdeable(naming = SnakeCaseStrategy.class)
public record UserJson(
        String userId,
        Name name,
        List<Email> emails,
        List<Phone> phoneNumbers,
        String status,
        String externalId,
        List<String> roles,
        boolean isLocked,
        @Nullable Instant lockCreatedAt,
        @Nullable Instant lockExpiresAt,
        @Nullable Object password,
        List<Object> webauthnRegistrations,
        List<Object> biometricRegistrations,
        List<Object> providers,
        List<Object> totps,
        List<Object> cryptoWallets,
        Map<String, Object> trustedMetadata,
        Map<String, Object> untrustedMetadata,
        Instant createdAt) {
    @Serdeable(naming = SnakeCaseStrategy.class)
    public record Name(String firstName, String middleName, String lastName) {}

    @Serdeable(naming = SnakeCaseStrategy.class)
    public record Email(String emailId, String email, boolean verified) {}

    @Serdeable(naming = SnakeCaseStrategy.class)
    public record Phone(String phoneId, String phoneNumber, boolean verified) {}

    public static UserJson of(User user) {
        return new UserJson(
                user.wireId(),
                new Name(user.firstName(), user.middleName(), user.lastName()),
                user.emailAddress() == null
                        ? List.of()
                        : List.of(new Email(emailId(user), user.emailAddress(), user.emailVerified())),
                user.phoneNumber() == null ? List.of() : List.of(new Phone(phoneId(user), user.phoneNumber(), false)),
                user.status().name().toLowerCase(Locale.ROOT),
                user.externalId() == null ? "" : user.externalId(),
                user.roles(),
                false,
                null,
                null,
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                user.trustedMetadata(),
                user.untrustedMetadata(),
                user.createdAt());
    }

    /** The answer to a change; the user itself is for the door to add, under the name that its clients know. */
    ApiResponse answer(HttpRequest<?> request) {
        return ApiResponse.to(request)
                .with("user_id", userId)
                .with("emails", emails)
                .with("phone_numbers", phoneNumbers)
                .with("crypto_wallets", cryptoWallets);
    }

    /** The id of the e-mail address; empty when the user has none. */
    static String emailId(User user) {
        return user.emailId() == null ? "" : WireId.of("email", user.emailId());
    }

    /** The id of the phone number; empty when the user has none. */
    static String phoneId(User user) {
        return user.phoneId() == null ? "" : WireId.of("phone-number", user.phoneId());
    }
}
