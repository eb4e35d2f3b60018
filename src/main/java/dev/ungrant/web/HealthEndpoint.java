package dev.ungrant.web;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.data.connection.jdbc.advice.DelegatingDataSource;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.serde.annotation.Serdeable;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether this node can work, for balancers and for whoever waits until it is up: 200 when its database answers, else 503. */
@Controller("/health")
final class HealthEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(HealthEndpoint.class);
    private static final int LIMIT_SECONDS = 2;

    private final DataSource dataSource;

    HealthEndpoint(DataSource dataSource) {
        // Outside any transaction, which is where the wrapped one refuses.
        this.dataSource = DelegatingDataSource.unwrapDataSource(dataSource);
    }

    /** @param reason why not, in words that hold nothing secret; null when all is well */
    @Serdeable
    record Health(String status, @Nullable String reason) {}

    @Open
    @Get
    HttpResponse<Health> health() {
        try (Connection connection = dataSource.getConnection()) {
            if (connection.isValid(LIMIT_SECONDS)) {
                return HttpResponse.ok(new Health("ok", null)).header("Cache-Control", "no-store");
            }
        } catch (SQLException e) {
            LOG.warn("The database does not answer: {}", e.getMessage());
        }
        return HttpResponse.<Health>serverError()
                .status(503)
                .body(new Health("unavailable", "The database does not answer."))
                .header("Cache-Control", "no-store");
    }
}
