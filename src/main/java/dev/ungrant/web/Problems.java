package dev.ungrant.web;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.bind.exceptions.UnsatisfiedArgumentException;
import io.micronaut.core.convert.exceptions.ConversionErrorException;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Error;
import io.micronaut.http.codec.CodecException;
import io.micronaut.http.exceptions.ContentLengthExceededException;
import io.micronaut.http.exceptions.HttpStatusException;
import io.micronaut.json.JsonSyntaxException;
import io.micronaut.web.router.exceptions.UnsatisfiedRouteException;
import java.net.URISyntaxException;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says every failure in the language of the door it came through: the contract's envelope (§11) for the JSON API, RFC
 * 6749 §5.2 with the envelope's fields for the OAuth endpoints, a page for people.
 */
@Controller
final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private final ErrorPages pages;
    private final SecurityHeaders headers;

    Problems(ErrorPages pages, SecurityHeaders headers) {
        this.pages = pages;
        this.headers = headers;
    }

    @Error(global = true)
    MutableHttpResponse<?> problem(HttpRequest<?> request, Problem problem) {
        return answer(request, problem);
    }

    @Error(global = true, status = HttpStatus.NOT_FOUND)
    MutableHttpResponse<?> notFound(HttpRequest<?> request) {
        return answer(request, new Problem(ErrorType.ROUTE_NOT_FOUND));
    }

    @Error(global = true, status = HttpStatus.METHOD_NOT_ALLOWED)
    MutableHttpResponse<?> methodNotAllowed(HttpRequest<?> request) {
        return answer(request, new Problem(ErrorType.METHOD_NOT_ALLOWED));
    }

    @Error(global = true, status = HttpStatus.UNSUPPORTED_MEDIA_TYPE)
    MutableHttpResponse<?> unsupportedMediaType(HttpRequest<?> request) {
        return answer(request, new Problem(ErrorType.UNSUPPORTED_MEDIA_TYPE));
    }

    @Error(global = true, status = HttpStatus.NOT_ACCEPTABLE)
    MutableHttpResponse<?> notAcceptable(HttpRequest<?> request) {
        return answer(request, new Problem(ErrorType.NOT_ACCEPTABLE));
    }

    @Error(global = true)
    MutableHttpResponse<?> tooLarge(HttpRequest<?> request, ContentLengthExceededException e) {
        return answer(request, new Problem(ErrorType.REQUEST_TOO_LARGE));
    }

    @Error(global = true)
    MutableHttpResponse<?> malformed(HttpRequest<?> request, JsonSyntaxException e) {
        return answer(request, new Problem(ErrorType.BAD_REQUEST, "The request body is not valid JSON."));
    }

    @Error(global = true)
    MutableHttpResponse<?> malformed(HttpRequest<?> request, CodecException e) {
        return answer(request, new Problem(ErrorType.BAD_REQUEST, "The request body cannot be read."));
    }

    /** The request line cannot be read, so it is unknown who asks: programs must not get a page, people can read JSON. */
    @Error(global = true)
    MutableHttpResponse<?> malformed(HttpRequest<?> request, URISyntaxException e) {
        Problem problem = new Problem(ErrorType.BAD_REQUEST, "The address of the request is malformed.");
        return json(problem, envelope(request, problem));
    }

    @Error(global = true)
    MutableHttpResponse<?> missing(HttpRequest<?> request, UnsatisfiedArgumentException e) {
        return answer(
                request, new Problem(ErrorType.BAD_REQUEST, e.getArgument().getName() + " is required."));
    }

    @Error(global = true)
    MutableHttpResponse<?> missing(HttpRequest<?> request, UnsatisfiedRouteException e) {
        return answer(
                request, new Problem(ErrorType.BAD_REQUEST, e.getArgument().getName() + " is required."));
    }

    @Error(global = true)
    MutableHttpResponse<?> unreadable(HttpRequest<?> request, ConversionErrorException e) {
        return answer(
                request, new Problem(ErrorType.BAD_REQUEST, e.getArgument().getName() + " is malformed."));
    }

    @Error(global = true)
    MutableHttpResponse<?> status(HttpRequest<?> request, HttpStatusException e) {
        return answer(request, new Problem(typeOf(e.getStatus())));
    }

    static ErrorType typeOf(HttpStatus status) {
        return switch (status) {
            case NOT_FOUND -> ErrorType.ROUTE_NOT_FOUND;
            case METHOD_NOT_ALLOWED -> ErrorType.METHOD_NOT_ALLOWED;
            case REQUEST_ENTITY_TOO_LARGE -> ErrorType.REQUEST_TOO_LARGE;
            case UNSUPPORTED_MEDIA_TYPE -> ErrorType.UNSUPPORTED_MEDIA_TYPE;
            default -> ErrorType.BAD_REQUEST;
        };
    }

    @Error(global = true)
    MutableHttpResponse<?> unexpected(HttpRequest<?> request, Throwable e) {
        if (isDatabaseTrouble(e)) {
            LOG.error("{} database trouble", RequestId.of(request), e);
            return answer(request, Problem.unavailable());
        }
        LOG.error("{} unexpected", RequestId.of(request), e);
        return answer(request, new Problem(ErrorType.INTERNAL_SERVER_ERROR));
    }

    private MutableHttpResponse<?> answer(HttpRequest<?> request, Problem problem) {
        String path = request.getPath();
        MutableHttpResponse<?> response = isOAuth(path)
                ? json(problem, oauthBody(request, problem))
                : isApi(path) ? json(problem, envelope(request, problem)) : pages.show(request, problem);
        if (problem.retryAfterSeconds() != null) {
            response.header(HttpHeaders.RETRY_AFTER, problem.retryAfterSeconds().toString());
        }
        // Not to pages: a browser might ask the person for a name and password.
        if (problem.type().status() == HttpStatus.UNAUTHORIZED && isApi(path) && !path.startsWith("/sdk/")) {
            response.header(
                    HttpHeaders.WWW_AUTHENTICATE,
                    problem.type() == ErrorType.INVALID_REGISTRATION_TOKEN
                            ? "Bearer error=\"invalid_token\""
                            : "Basic realm=\"ungrant\"");
        }
        // Filters do this too, but some failures, such as a body that is too large, pass by them.
        headers.add(request, response);
        return response;
    }

    private static MutableHttpResponse<?> json(Problem problem, Map<String, Object> body) {
        return HttpResponse.status(problem.type().status())
                .contentType(MediaType.APPLICATION_JSON_TYPE)
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .body(body);
    }

    /** The keys error, body, params and query are kept out: clients test for their presence (contract §1.1). */
    static Map<String, Object> envelope(HttpRequest<?> request, Problem problem) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("status_code", problem.type().status().getCode());
        body.put("request_id", RequestId.of(request));
        body.put("error_type", problem.type().wireName());
        body.put("error_message", problem.getMessage());
        body.put(
                "error_url",
                "https://stytch.com/docs/api/errors/" + problem.type().status().getCode());
        return body;
    }

    private static Map<String, Object> oauthBody(HttpRequest<?> request, Problem problem) {
        Map<String, Object> body = envelope(request, problem);
        body.put(
                "error",
                switch (problem.type()) {
                    // RFC 7591 §3.2.2, and one of the contract.
                    case INVALID_REDIRECT_URI,
                            INVALID_CLIENT_METADATA,
                            UNAPPROVED_SOFTWARE_STATEMENT,
                            DYNAMIC_CLIENT_REGISTRATION_NOT_ENABLED ->
                        problem.type().wireName();
                    case INVALID_REGISTRATION_TOKEN -> "invalid_token";
                    default -> byStatus(problem.type().status());
                });
        body.put("error_description", problem.getMessage());
        return body;
    }

    private static String byStatus(HttpStatus status) {
        return switch (status) {
            case UNAUTHORIZED -> "invalid_client";
            case TOO_MANY_REQUESTS -> "temporarily_unavailable";
            case INTERNAL_SERVER_ERROR, SERVICE_UNAVAILABLE -> "server_error";
            default -> "invalid_request";
        };
    }

    /** A backend whose base URL ends with a slash asks for two of them, and still wants to be able to read what is wrong. */
    static boolean isApi(String requested) {
        String path = requested.replaceFirst("^/+", "/");
        return path.startsWith("/v1/")
                || path.startsWith("/sdk/")
                || path.startsWith("/.well-known/")
                || path.equals("/v1")
                || path.equals("/sdk");
    }

    private static boolean isOAuth(String path) {
        return path.contains("/oauth2/") && path.startsWith("/v1/");
    }

    private static boolean isDatabaseTrouble(@Nullable Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof java.sql.SQLTransientException
                    || cause instanceof java.sql.SQLRecoverableException
                    || cause instanceof SQLException sql
                            && (LostConnection.is(sql)
                                    || sql.getSQLState() != null
                                            && sql.getSQLState().startsWith("40"))) {
                return true;
            }
        }
        return false;
    }
}
