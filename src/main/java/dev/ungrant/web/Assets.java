package dev.ungrant.web;

import io.micronaut.context.annotation.Property;
import io.micronaut.core.io.ResourceLoader;
import jakarta.inject.Singleton;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/**
 * The files of {@code static/} that pages load, under an address that holds their hash, so that a browser keeps them for
 * ever and still sees a new version at once. The three scripts travel as one.
 */
@Singleton
public final class Assets {
    /** Where hosts load the script of theirs from. */
    static final String OF_HOSTS = "/embed.js";

    private static final String STATIC = "/static/";

    private static final Map<String, List<String>> FILES = Map.of(
            "app.css", List.of("app.css"),
            "app-light.css", List.of("app.css"),
            "app-dark.css", List.of("app.css"),
            "embed.js", List.of("embed.js"),
            "icon.svg", List.of("icon.svg"),
            "script.js", List.of("htmx-4.0.1.min.js", "hx-csp-4.0.1.min.js", "portal.js"),
            "frame.js", List.of("htmx-4.0.1.min.js", "hx-csp-4.0.1.min.js", "portal.js", "frame.js"));

    private static final Map<String, String> TYPES =
            Map.of("css", "text/css; charset=utf-8", "svg", "image/svg+xml", "js", "text/javascript; charset=utf-8");

    private final ResourceLoader loader;
    private final boolean kept;
    private final Map<String, Asset> assets = new LinkedHashMap<>();

    Assets(
            io.micronaut.core.io.scan.ClassPathResourceLoader loader,
            @Property(name = "micronaut.views.thymeleaf.cacheable", defaultValue = "true") boolean kept) {
        this.loader = loader;
        this.kept = kept;
        FILES.keySet().forEach(name -> assets.put(name, load(name)));
    }

    /** @param hash the first 96 bits of the SHA-256 of the content */
    record Asset(String contentType, String hash, byte[] plain, byte[] gzip) {}

    Optional<Asset> find(String name) {
        Asset asset = assets.get(name);
        // While a page is being designed, the file on disk counts.
        return asset == null || kept ? Optional.ofNullable(asset) : Optional.of(load(name));
    }

    /** {@code /static/app.css} as the browser shall ask for it; other links stay as they are. */
    String address(String link) {
        return link.startsWith(STATIC)
                ? find(link.substring(STATIC.length()))
                        .map(asset -> "/assets/" + asset.hash() + '/' + link.substring(STATIC.length()))
                        .orElse(link)
                : link;
    }

    private Asset load(String name) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (String file : FILES.get(name)) {
            try (InputStream stream = loader.getResourceAsStream("classpath:static/" + file)
                    .orElseThrow(() -> new IllegalStateException("static/" + file + " is missing"))) {
                stream.transferTo(content);
                content.write('\n');
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        byte[] plain = inMode(name, content.toByteArray());
        return new Asset(TYPES.get(name.substring(name.lastIndexOf('.') + 1)), hash(plain), plain, gzip(plain));
    }

    /** Where a host wants its frame light or dark whatever the person's system says, the style sheet stops asking the system. */
    private static byte[] inMode(String name, byte[] content) {
        if (!name.startsWith("app-")) {
            return content;
        }
        boolean dark = name.equals("app-dark.css");
        return new String(content, StandardCharsets.UTF_8)
                .replace("@media (prefers-color-scheme: dark)", dark ? "@media all" : "@media not all")
                .replace("color-scheme: light dark", dark ? "color-scheme: dark" : "color-scheme: light")
                .getBytes(StandardCharsets.UTF_8);
    }

    private static String hash(byte[] content) {
        try {
            byte[] digest = java.security.MessageDigest.getInstance("SHA-256").digest(content);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(java.util.Arrays.copyOf(digest, 12));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }
}
