package dev.ungrant.fetching;

import java.time.Duration;

/**
 * What an address answered with 200.
 *
 * @param contentType in lower case, without parameters; one of those that were asked for
 * @param freshFor how long its sender says it stays true (RFC 9111 §5.2.2); zero when it says nothing or forbids keeping it
 */
public record Fetched(byte[] body, String contentType, Duration freshFor) {
    @Override
    public String toString() {
        return "Fetched[" + body.length + " bytes of " + contentType + "]";
    }
}
