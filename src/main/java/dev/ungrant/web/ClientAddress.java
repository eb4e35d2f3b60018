package dev.ungrant.web;

import io.micronaut.context.annotation.Property;
import io.micronaut.http.HttpRequest;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.util.List;
import java.util.Set;

/**
 * Where a request comes from: the peer, unless the peer is a configured proxy (TRUSTED_PROXIES, addresses), in which case
 * it is the last address of {@code X-Forwarded-For} that is not such a proxy.
 */
@Singleton
public final class ClientAddress {
    private final Set<String> trusted;

    ClientAddress(@Property(name = "ungrant.trusted-proxies", defaultValue = "") List<String> trusted) {
        this.trusted = Set.copyOf(trusted);
    }

    public String of(HttpRequest<?> request) {
        InetAddress peer = request.getRemoteAddress().getAddress();
        String address = peer == null ? "" : peer.getHostAddress();
        String forwarded = request.getHeaders().get("X-Forwarded-For");
        if (forwarded == null || !trusted.contains(address)) {
            return address;
        }
        String[] hops = forwarded.split(",");
        for (int i = hops.length - 1; i >= 0; i--) {
            String hop = hops[i].strip();
            if (!trusted.contains(hop)) {
                return hop.length() <= 45 ? hop : address;
            }
        }
        return address;
    }
}
