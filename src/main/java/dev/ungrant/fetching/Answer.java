package dev.ungrant.fetching;

import io.micronaut.core.annotation.Nullable;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHeaders;

/** Reads what another server answered: of the wanted type, of the wanted size, and nothing more. */
final class Answer {
    private Answer() {}

    /** It answered, but not with what was wanted; the message says how. */
    static final class Unusable extends IOException {
        Unusable(String message) {
            super(message);
        }
    }

    /**
     * What was asked for. What is not wanted is cut off: to close its stream politely would be to read all of it.
     *
     * @throws Unusable when it is not wanted
     */
    static Fetched readOrCut(
            HttpUriRequestBase request,
            ClassicHttpResponse response,
            Set<Integer> statuses,
            Set<String> contentTypes,
            int mostBytes)
            throws IOException {
        try {
            return read(response, statuses, contentTypes, mostBytes);
        } catch (Unusable e) {
            request.cancel();
            throw e;
        }
    }

    private static Fetched read(
            ClassicHttpResponse response, Set<Integer> statuses, Set<String> contentTypes, int mostBytes)
            throws IOException {
        if (!statuses.contains(response.getCode())) {
            throw new Unusable("It answered with status " + response.getCode() + ".");
        }
        String contentType = contentType(response);
        if (!isWanted(contentType, contentTypes)) {
            throw new Unusable("It answered with another content type than " + String.join(" or ", contentTypes) + ".");
        }
        String encoding = value(response, HttpHeaders.CONTENT_ENCODING);
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new Unusable("It answered with a compressed body.");
        }
        HttpEntity entity = response.getEntity();
        if (entity == null || entity.getContentLength() > mostBytes) {
            throw new Unusable("It has no body, or one of more than " + mostBytes + " bytes.");
        }
        // Not closed here, for the reason above; the client closes it with the response.
        byte[] body = entity.getContent().readNBytes(mostBytes + 1);
        if (body.length > mostBytes) {
            throw new Unusable("It has a body of more than " + mostBytes + " bytes.");
        }
        return new Fetched(body, contentType, Freshness.of(value(response, HttpHeaders.CACHE_CONTROL)));
    }

    private static boolean isWanted(String contentType, Set<String> contentTypes) {
        return contentTypes.contains(contentType)
                || contentTypes.contains("application/*+json")
                        && contentType.startsWith("application/")
                        && contentType.endsWith("+json");
    }

    private static String contentType(ClassicHttpResponse response) {
        String value = value(response, HttpHeaders.CONTENT_TYPE);
        return value == null ? "" : value.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    @Nullable
    private static String value(ClassicHttpResponse response, String name) {
        Header header = response.getFirstHeader(name);
        return header == null ? null : header.getValue();
    }
}
