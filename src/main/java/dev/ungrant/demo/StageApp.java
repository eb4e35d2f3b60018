package dev.ungrant.demo;

import dev.ungrant.connectedapps.ClientType;
import dev.ungrant.projects.TokenFormat;
import io.micronaut.core.annotation.Nullable;
import java.util.List;

/**
 * An app of the demo.
 *
 * @param creationMethod how it came into the catalogue; {@code MANUAL} when somebody of the project registered it
 * @param publisher host of its web site; null when it does not say
 * @param verified somebody has proved that the host is the publisher's
 * @param redirectUrls the first one is used for its grants
 */
record StageApp(
        String key,
        String name,
        String description,
        ClientType type,
        TokenFormat format,
        String creationMethod,
        @Nullable String publisher,
        boolean verified,
        List<String> redirectUrls) {
    static StageApp thirdParty(String key, String name, String description, String publisher, boolean verified) {
        return new StageApp(
                key,
                name,
                description,
                ClientType.THIRD_PARTY,
                TokenFormat.OPAQUE,
                "MANUAL",
                publisher,
                verified,
                List.of("https://" + publisher + "/oauth/callback"));
    }

    StageApp as(ClientType otherType) {
        return new StageApp(
                key, name, description, otherType, format, creationMethod, publisher, verified, redirectUrls);
    }

    StageApp withJwt() {
        return new StageApp(
                key, name, description, type, TokenFormat.JWT, creationMethod, publisher, verified, redirectUrls);
    }

    StageApp selfRegistered() {
        return new StageApp(
                key,
                name,
                description,
                type,
                format,
                "DYNAMIC_CLIENT_REGISTRATION",
                publisher,
                verified,
                List.of("http://127.0.0.1/callback"));
    }
}
