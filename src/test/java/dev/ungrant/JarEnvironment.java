package dev.ungrant;

import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;

/** One more environment variable for the jar of a {@link JarTest}. */
@Inherited
@Retention(RetentionPolicy.RUNTIME)
public @interface JarEnvironment {
    String name();

    String value();
}
