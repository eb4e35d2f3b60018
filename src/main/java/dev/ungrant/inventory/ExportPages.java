package dev.ungrant.inventory;

import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.Download;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RateLimits;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.server.types.files.StreamedFile;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** The inventory as a file. */
@Controller(InventoryFilter.PATH + "/export")
@Produces(MediaType.TEXT_HTML)
final class ExportPages {
    private static final MediaType CSV = MediaType.of("text/csv; charset=utf-8");

    private final Export export;
    private final RateLimits limits;

    ExportPages(Export export, RateLimits limits) {
        this.export = export;
        this.limits = limits;
    }

    @Get
    StreamedFile csv(SessionCaller caller, HttpRequest<?> request) {
        if (!caller.subject().isMember()) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        limits.countExport(caller.sessionId());
        InventoryFilter filter = InventoryFilter.of(request.getParameters().asMap(String.class, String.class));
        Instant now = Instant.now();
        GrantSet set = GrantSet.all(caller.projectId(), caller.subject().tenantId(), filter, now);
        return Download.of("apps-" + LocalDate.ofInstant(now, ZoneOffset.UTC) + ".csv", CSV, export.csv(caller, set));
    }
}
