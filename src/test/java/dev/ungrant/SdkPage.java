package dev.ungrant;

import dev.ungrant.ApiTest.Answer;
import io.micronaut.core.annotation.Nullable;
import java.net.http.HttpRequest;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the browser SDK sends for a page, without a browser (contract §5.2). */
public final class SdkPage {
    private final ApiTest test;
    private final Map<String, String> headers;

    private SdkPage(ApiTest test, Map<String, String> headers) {
        this.test = test;
        this.headers = headers;
    }

    /** @param sessionToken null: nobody is signed in */
    public static SdkPage of(ApiTest test, String publicToken, @Nullable String sessionToken) {
        return new SdkPage(test, Map.of("Content-Type", "application/json"))
                .with("Authorization", ApiTest.basic(publicToken, sessionToken == null ? publicToken : sessionToken));
    }

    /** @param value null: without the header */
    public SdkPage with(String header, @Nullable String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.remove(header);
        if (value != null) {
            more.put(header, value);
        }
        return new SdkPage(test, more);
    }

    public Answer get(String path) {
        return call("GET", path, null);
    }

    /** @param body null: none, as for a revoke */
    public Answer post(String path, @Nullable Object body) {
        return call("POST", path, body);
    }

    public Answer put(String path, @Nullable Object body) {
        return call("PUT", path, body);
    }

    public Answer delete(String path) {
        return call("DELETE", path, null);
    }

    /** The answer as the SDK hands it on: what stands in {@code data}, or the error as it is. */
    @SuppressWarnings("unchecked")
    public Answer call(String method, String path, @Nullable Object body) {
        Answer answer = test.send(request(method, path, body));
        return answer.status() == 200
                ? new Answer(200, (Map<String, Object>) answer.body().get("data"), answer.response())
                : answer;
    }

    public HttpRequest.Builder request(String method, String path, @Nullable Object body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(test.uri(path))
                .method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(test.json.write(body)));
        headers.forEach(request::header);
        return request;
    }
}
