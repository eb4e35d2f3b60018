package dev.ungrant.demo;

import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Open;
import dev.ungrant.web.Problem;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.io.scan.ClassPathResourceLoader;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The web sites of the demo's apps, as far as there are any: their logos, so that the demo shows some without a network. */
@Controller("/demo/logos")
@Requires(env = Demo.ENVIRONMENT)
final class DemoLogos {
    private static final Map<String, String> TYPES =
            Map.of("png", MediaType.IMAGE_PNG, "jpg", MediaType.IMAGE_JPEG, "webp", MediaType.IMAGE_WEBP);

    private static final Map<String, String> FILES = Map.of(
            "calendar", "calendar.png",
            "notes", "notes.webp",
            "crm", "crm.jpg",
            "tasks", "tasks.png");

    private final ClassPathResourceLoader loader;

    DemoLogos(ClassPathResourceLoader loader) {
        this.loader = loader;
    }

    /** Where the app of that key has its logo; null: nowhere. */
    @Nullable
    static String addressOf(String baseUrl, String key) {
        return FILES.containsKey(key) ? baseUrl + "/demo/logos/" + FILES.get(key) : null;
    }

    @Open
    @Get("/{name}")
    @Produces(MediaType.ALL)
    HttpResponse<?> logo(String name) {
        if (!FILES.containsValue(name)) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        try (InputStream file =
                loader.getResourceAsStream("classpath:demo/logos/" + name).orElseThrow()) {
            return HttpResponse.ok(file.readAllBytes())
                    .contentType(MediaType.of(TYPES.get(name.substring(name.indexOf('.') + 1))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
