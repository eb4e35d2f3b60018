package dev.ungrant.demo;

import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Both halves of the demo; a half that is there already is only freshened up. */
@Singleton
@Requires(env = Demo.ENVIRONMENT)
final class DemoWorld implements World {
    private final AcmeStage acme;
    private final ShopStage shop;

    DemoWorld(AcmeStage acme, ShopStage shop) {
        this.acme = acme;
        this.shop = shop;
    }

    @Override
    public Cast seed(String baseUrl, Optional<Cast> earlier) {
        return earlier.isPresent()
                ? new Cast(
                        baseUrl,
                        acme.again(baseUrl, earlier.get().b2b()),
                        shop.again(baseUrl, earlier.get().consumer()))
                : new Cast(baseUrl, acme.seed(baseUrl), shop.seed(baseUrl));
    }
}
