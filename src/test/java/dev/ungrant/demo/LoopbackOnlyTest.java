package dev.ungrant.demo;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micronaut.context.ApplicationContext;
import io.micronaut.context.exceptions.BeanInstantiationException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackOnlyTest {
    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "::"})
    void demoRefusesToBeReachedFromElsewhere(String host) {
        assertThatThrownBy(() -> ApplicationContext.run(Map.of("ungrant.host", host), "test", Demo.ENVIRONMENT)
                        .close())
                .isInstanceOf(BeanInstantiationException.class)
                .hasMessageContaining("The demo listens on loopback only; " + host + " is not.");
    }
}
