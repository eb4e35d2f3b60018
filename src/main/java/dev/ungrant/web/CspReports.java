package dev.ungrant.web;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Browsers tell here what our pages tried and were not allowed to. Only that it happened is kept, in the log. */
@Controller(CspReports.PATH)
final class CspReports {
    static final String PATH = "/csp-report";

    private static final Logger LOG = LoggerFactory.getLogger(CspReports.class);

    private final RateLimits limits;
    private final ClientAddress addresses;

    CspReports(RateLimits limits, ClientAddress addresses) {
        this.limits = limits;
        this.addresses = addresses;
    }

    @Open
    @Post
    @Consumes(MediaType.ALL)
    HttpResponse<?> report(HttpRequest<?> request) {
        limits.countReport(addresses.of(request));
        LOG.warn("{} a browser reports a breach of the content security policy", RequestId.of(request));
        return HttpResponse.noContent();
    }
}
