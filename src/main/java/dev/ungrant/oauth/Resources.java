package dev.ungrant.oauth;

import dev.ungrant.projects.Project;
import dev.ungrant.web.Json;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;

/**
 * The resource servers that an app names, so that its tokens are good for these (RFC 8707). A project may list its own; one that
 * does not lets an app name any, as MCP clients do with the server they found.
 */
final class Resources {
    private static final int LONGEST = 1024;
    private static final int MOST = 20;

    private Resources() {}

    /** Whether each is an absolute URI without a fragment (RFC 8707 §2), and there are not too many of them. */
    static boolean areWellFormed(List<String> resources) {
        return resources.size() <= MOST && resources.stream().allMatch(Resources::isWellFormed);
    }

    /** Whether the project's tokens may be for all of them. */
    static boolean areOf(Project project, List<String> resources, Json json) {
        return project.resources() == null || json.strings(project.resources()).containsAll(resources);
    }

    private static boolean isWellFormed(String resource) {
        if (resource.length() > LONGEST) {
            return false;
        }
        try {
            URI uri = new URI(resource);
            return uri.isAbsolute() && uri.getRawFragment() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }
}
