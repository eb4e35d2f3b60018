package dev.ungrant.sessions;

import dev.ungrant.rbac.Via;
import dev.ungrant.web.ClientAddress;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Open;
import dev.ungrant.web.Problem;
import dev.ungrant.web.RequestId;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.http.annotation.QueryValue;
import java.net.URI;

/** Signs in at once as one of the demo's cast. A link to here works as often as it is followed, but from no other site. */
@Controller("/demo/sign-in")
@Requires(env = "demo")
@Produces(MediaType.TEXT_HTML)
final class DemoSignIn {
    private final DemoPeople people;
    private final SignIns signIns;
    private final PortalCookie cookie;
    private final ClientAddress addresses;

    DemoSignIn(DemoPeople people, SignIns signIns, PortalCookie cookie, ClientAddress addresses) {
        this.people = people;
        this.signIns = signIns;
        this.cookie = cookie;
        this.addresses = addresses;
    }

    @Open
    @Get("/{persona}")
    HttpResponse<?> signIn(HttpRequest<?> request, String persona, @Nullable @QueryValue("return_to") String returnTo) {
        String site = request.getHeaders().get("Sec-Fetch-Site", String.class).orElse("none");
        if (!site.equals("none") && !site.equals("same-origin")) {
            throw new Problem(ErrorType.FORGED_REQUEST);
        }
        Person person = people.find(persona).orElseThrow(() -> new Problem(ErrorType.ROUTE_NOT_FOUND));
        Via via = new Via(Via.Door.PORTAL, RequestId.of(request), addresses.of(request));
        String userAgent = request.getHeaders().get("User-Agent", String.class).orElse("");
        return HttpResponse.seeOther(URI.create(ReturnTo.of(returnTo)))
                .cookie(cookie.holding(
                        signIns.begin(person, via, userAgent).token().reveal()));
    }
}
