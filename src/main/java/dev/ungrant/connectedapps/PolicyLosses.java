package dev.ungrant.connectedapps;

import dev.ungrant.web.Json;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** What a policy would end, before it is saved. Whoever asks has seen to it that they may. */
@Singleton
public final class PolicyLosses {
    private final PolicyLossRepository repository;
    private final Json json;

    PolicyLosses(PolicyLossRepository repository, Json json) {
        this.repository = repository;
        this.json = json;
    }

    public PolicyLoss of(UUID projectId, UUID organizationId, AppPolicy policy) {
        String first = policy.firstParty().name();
        String third = policy.thirdParty().name();
        String firstApps = json.write(policy.firstPartyApps());
        String thirdApps = json.write(policy.thirdPartyApps());
        String blocked = json.write(policy.blockedApps());
        List<PolicyLoss.App> apps = apps(projectId, organizationId, policy);
        if (apps.isEmpty()) {
            return PolicyLoss.NOTHING;
        }
        return new PolicyLoss(
                apps.stream().limit(PolicyLoss.MOST_APPS).toList(),
                apps.size(),
                repository.people(projectId, organizationId, first, firstApps, third, thirdApps, blocked),
                apps.stream().mapToLong(PolicyLoss.App::people).sum(),
                repository.some(projectId, organizationId, first, firstApps, third, thirdApps, blocked));
    }

    /** How many grants it would end: the cheaper part of {@link #of}. */
    public long accesses(UUID projectId, UUID organizationId, AppPolicy policy) {
        return apps(projectId, organizationId, policy).stream()
                .mapToLong(PolicyLoss.App::people)
                .sum();
    }

    private List<PolicyLoss.App> apps(UUID projectId, UUID organizationId, AppPolicy policy) {
        return repository.apps(
                projectId,
                organizationId,
                policy.firstParty().name(),
                json.write(policy.firstPartyApps()),
                policy.thirdParty().name(),
                json.write(policy.thirdPartyApps()),
                json.write(policy.blockedApps()));
    }

    /** The apps that somebody in the organization lets in, by whether they are first-party. */
    public Map<Boolean, List<String>> inUse(UUID projectId, UUID organizationId) {
        return repository.inUse(projectId, organizationId).stream()
                .collect(Collectors.groupingBy(
                        app -> app.startsWith("1"), Collectors.mapping(app -> app.substring(1), Collectors.toList())));
    }
}
