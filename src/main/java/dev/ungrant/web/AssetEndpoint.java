package dev.ungrant.web;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;

/** The files that pages load: ours under their hash, and the one that pages of hosts load. */
@Controller
final class AssetEndpoint {
    private final Assets assets;

    AssetEndpoint(Assets assets) {
        this.assets = assets;
    }

    @Open
    @Get("/assets/{hash}/{name}")
    @Produces(MediaType.ALL)
    HttpResponse<?> asset(HttpRequest<?> request, String hash, String name) {
        return answer(request, hash, assets.find(name).orElseThrow(() -> new Problem(ErrorType.ROUTE_NOT_FOUND)));
    }

    /** The element that shows the portal in a frame. Any site may read it: it says nothing that is not in this repository. */
    @Open
    @Get(Assets.OF_HOSTS)
    @Produces(MediaType.ALL)
    HttpResponse<?> ofHosts(HttpRequest<?> request) {
        return answer(request, "", assets.find("embed.js").orElseThrow())
                .header(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    }

    private static MutableHttpResponse<?> answer(HttpRequest<?> request, String hash, Assets.Asset asset) {
        String tag = '"' + asset.hash() + '"';
        MutableHttpResponse<?> response = tag.equals(request.getHeaders().get(HttpHeaders.IF_NONE_MATCH))
                ? HttpResponse.notModified()
                : content(request, asset);
        // While nodes of two versions serve, a page of the one may ask the other for a file: it gets what is there, to
        // be kept by nobody.
        return response.header(HttpHeaders.ETAG, tag)
                .header(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING)
                .header(
                        HttpHeaders.CACHE_CONTROL,
                        hash.equals(asset.hash()) ? "public, max-age=31536000, immutable" : "no-cache");
    }

    private static MutableHttpResponse<?> content(HttpRequest<?> request, Assets.Asset asset) {
        String accepted = request.getHeaders().get(HttpHeaders.ACCEPT_ENCODING);
        boolean gzip = accepted != null && accepted.contains("gzip");
        MutableHttpResponse<byte[]> response =
                HttpResponse.ok(gzip ? asset.gzip() : asset.plain()).contentType(MediaType.of(asset.contentType()));
        return gzip ? response.header(HttpHeaders.CONTENT_ENCODING, "gzip") : response;
    }
}
