package dev.ungrant.users;

import dev.ungrant.database.Cursor;
import dev.ungrant.database.Search;
import dev.ungrant.database.Searches;
import dev.ungrant.web.EmailAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.JsonBody;
import dev.ungrant.web.WireId;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.UUID;

/** The SQL of the user search, which is put together from the filters that the contract's clients know. */
@Singleton
final class UserSearch {
    private static final Searches.Source<User> SOURCE = new Searches.Source<>(
            User.class,
            UserRepository.COLUMNS,
            "users u",
            "u.created_at",
            "u.user_id",
            user -> new Cursor(user.createdAt(), user.userId()));

    private final Searches searches;

    UserSearch(Searches searches) {
        this.searches = searches;
    }

    Searches.Page<User> run(UUID projectId, JsonBody body) {
        Search search = new Search(body, ErrorType.USER_SEARCH_INVALID_FILTER);
        search.require("u.project_id = UUID_TO_BIN(?) AND u.live = 1", projectId);
        search.operands().forEach(operand -> filter(search, operand));
        return searches.run(search, SOURCE);
    }

    private static void filter(Search search, Search.Operand operand) {
        switch (operand.name()) {
            case "created_at_greater_than" -> search.filter("u.created_at > ?", time(operand, operand.string()));
            case "created_at_less_than" -> search.filter("u.created_at < ?", time(operand, operand.string()));
            case "created_at_between" ->
                search.filter(
                        "u.created_at > ? AND u.created_at < ?",
                        time(operand, operand.object().required("greater_than")),
                        time(operand, operand.object().required("less_than")));
            case "status" -> search.filter("u.status = ?", status(operand));
            case "user_id" -> search.filterIn("u.user_id", "UUID_TO_BIN(?)", WireId.all("user", operand.strings()));
            case "external_id" -> search.filterIn("u.external_id", "?", operand.strings());
            case "full_name_fuzzy" ->
                search.filter(
                        "LOCATE(?, CONCAT_WS(' ', NULLIF(u.first_name, ''), NULLIF(u.middle_name, ''), u.last_name)) > 0",
                        operand.fuzzy());
            case "phone_number" -> search.filterIn("u.phone_number", "?", operand.strings());
            case "phone_id" ->
                search.filterIn("u.phone_id", "UUID_TO_BIN(?)", WireId.all("phone-number", operand.strings()));
            case "phone_number_fuzzy" -> search.filter("LOCATE(?, u.phone_number) > 0", operand.fuzzy());
            case "email_address" ->
                search.filterIn(
                        "u.email_address",
                        "?",
                        operand.strings().stream().map(EmailAddress::normal).toList());
            case "email_id" -> search.filterIn("u.email_id", "UUID_TO_BIN(?)", WireId.all("email", operand.strings()));
            case "email_address_fuzzy" ->
                search.filter("LOCATE(?, u.email_address) > 0", EmailAddress.normal(operand.fuzzy()));
            case "email_verified" ->
                search.filter("u.email_address IS NOT NULL AND u.email_verified = ?", operand.bool());
            case "phone_verified" ->
                search.filter("u.phone_number IS NOT NULL AND " + (operand.bool() ? "FALSE" : "TRUE"));
            // Ungrant keeps none of these, so nobody has a verified one, nor an unverified one.
            case "webauthn_registration_verified", "crypto_wallet_verified", "totp_verified" -> {
                operand.bool();
                search.filter("FALSE");
            }
            case "oauth_provider",
                    "webauthn_registration_id",
                    "crypto_wallet_id",
                    "crypto_wallet_address",
                    "totp_id" -> {
                operand.strings();
                search.filter("FALSE");
            }
            case "password_exists" -> search.filter(operand.bool() ? "FALSE" : "TRUE");
            default -> throw operand.unknown();
        }
    }

    private static String status(Search.Operand operand) {
        return switch (operand.string().toLowerCase(Locale.ROOT)) {
            case "active" -> User.Status.ACTIVE.name();
            case "pending" -> User.Status.PENDING.name();
            default -> throw operand.invalid("must be active or pending");
        };
    }

    private static Instant time(Search.Operand operand, String text) {
        try {
            Instant time = OffsetDateTime.parse(text).toInstant();
            if (time.isAfter(Instant.EPOCH) && time.isBefore(Instant.parse("9999-01-01T00:00:00Z"))) {
                return time;
            }
        } catch (DateTimeParseException e) {
            // Answered below.
        }
        throw operand.invalid("must be a time such as 2026-11-20T09:00:00Z");
    }
}
