package dev.ungrant.connectedapps;

import dev.ungrant.members.Administrators;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.SessionCaller;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Pages;
import dev.ungrant.web.Problem;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import java.util.Map;

/** The apps of a whole organization: so far, only what somebody is told who may not see them. */
@Controller("/organization/apps")
@Produces(MediaType.TEXT_HTML)
final class OrganizationAppPages {
    private final Policies policies;
    private final Administrators administrators;
    private final Pages pages;

    OrganizationAppPages(Policies policies, Administrators administrators, Pages pages) {
        this.policies = policies;
        this.administrators = administrators;
        this.pages = pages;
    }

    @Get
    HttpResponse<?> list(SessionCaller caller, HttpRequest<?> request) {
        Permission wanted = Permission.GET_ORGANIZATION_CONNECTED_APPS;
        // There is nothing here yet for whoever may see it, and for a user there never is.
        if (!caller.subject().isMember()
                || policies.permits(caller, wanted, caller.subject().tenantId())) {
            throw new Problem(ErrorType.ROUTE_NOT_FOUND);
        }
        return pages.page(
                request,
                HttpStatus.FORBIDDEN,
                "connectedapps/organization-hidden",
                Map.of("administrators", administrators.whoMay(caller, wanted)));
    }
}
