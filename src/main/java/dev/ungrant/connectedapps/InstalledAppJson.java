package dev.ungrant.connectedapps;

import dev.ungrant.web.ApiResponse;
import dev.ungrant.web.WireId;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.serde.annotation.Serdeable;
import io.micronaut.serde.config.naming.SnakeCaseStrategy;
import java.util.List;
import java.util.Map;

/** A Connected App of an organization (contract §4.1). */
@Serdeable(naming = SnakeCaseStrategy.class)
record InstalledAppJson(
        String connectedAppId,
        String name,
        String description,
        String clientType,
        @Nullable String logoUrl) {
    static InstalledAppJson of(InstalledApp app) {
        return new InstalledAppJson(
                app.wireId(), app.name(), app.description(), app.clientType().wireName(), app.logoUrl());
    }

    /** The app with the members who let it in; the one answer of these whose fields are not nested. */
    static Map<String, Object> answer(HttpRequest<?> request, ConnectedApp app, List<ActiveMember> members) {
        return ApiResponse.to(request)
                .with("connected_app_id", app.wireId())
                .with("name", app.name())
                .with("description", app.description())
                .with("client_type", app.clientType().wireName())
                .with("logo_url", app.logoUrl())
                .with(
                        "active_members",
                        members.stream().map(InstalledAppJson::member).toList())
                .body();
    }

    private static Map<String, Object> member(ActiveMember member) {
        return Map.of(
                "member_id",
                WireId.of("member", member.memberId()),
                "granted_scopes",
                Scopes.parse(member.scopes()).toList());
    }
}
