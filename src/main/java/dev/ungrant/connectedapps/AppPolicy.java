package dev.ungrant.connectedapps;

import dev.ungrant.web.WireId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Which apps an organization lets its members use (contract §4.3), and which of them it blocks by name: the contract cannot
 * say "all but this one", a block does. What SQL makes of it is {@link LiveGrants#ALLOWED}.
 *
 * @param firstPartyApps app ids (UUIDs), read when the type is {@code RESTRICTED}, as are {@code thirdPartyApps}
 * @param blockedApps not let in whatever the types and lists say
 */
public record AppPolicy(
        AppsAllowed firstParty,
        List<String> firstPartyApps,
        AppsAllowed thirdParty,
        List<String> thirdPartyApps,
        List<String> blockedApps) {
    public AppsAllowed of(boolean ofFirstParty) {
        return ofFirstParty ? firstParty : thirdParty;
    }

    private List<String> listed(boolean ofFirstParty) {
        return ofFirstParty ? firstPartyApps : thirdPartyApps;
    }

    public boolean allows(UUID appId, ClientType type) {
        String id = appId.toString();
        boolean first = type.isFirstParty();
        return !blockedApps.contains(id)
                && switch (of(first)) {
                    case ALL_ALLOWED -> true;
                    case RESTRICTED -> listed(first).contains(id);
                    case NOT_ALLOWED -> false;
                };
    }

    /**
     * The same policy with other rules. Who goes from "all" to "some" keeps the apps that are in use.
     *
     * @param inUse the ids of the apps that somebody in the organization lets in now, by whether they are first-party
     */
    public AppPolicy withRules(AppsAllowed first, AppsAllowed third, Map<Boolean, List<String>> inUse) {
        return new AppPolicy(first, keeping(true, first, inUse), third, keeping(false, third, inUse), blockedApps);
    }

    private List<String> keeping(boolean ofFirstParty, AppsAllowed wanted, Map<Boolean, List<String>> inUse) {
        if (wanted != AppsAllowed.RESTRICTED || of(ofFirstParty) != AppsAllowed.ALL_ALLOWED) {
            return listed(ofFirstParty);
        }
        return inUse.getOrDefault(ofFirstParty, List.of()).stream()
                .filter(id -> !blockedApps.contains(id))
                .toList();
    }

    /** The same policy, deciding about one app by name. A block stands whatever the rules become. */
    public AppPolicy deciding(UUID appId, ClientType type, boolean allowed) {
        String id = appId.toString();
        boolean first = type.isFirstParty();
        boolean some = of(first) == AppsAllowed.RESTRICTED;
        return new AppPolicy(
                firstParty,
                first && some ? with(firstPartyApps, id, allowed) : firstPartyApps,
                thirdParty,
                !first && some ? with(thirdPartyApps, id, allowed) : thirdPartyApps,
                with(blockedApps, id, !allowed));
    }

    private static List<String> with(List<String> ids, String id, boolean in) {
        if (ids.contains(id) == in) {
            return ids;
        }
        List<String> changed = new ArrayList<>(ids);
        if (in) {
            changed.add(id);
        } else {
            changed.remove(id);
        }
        return List.copyOf(changed);
    }

    /** What differs from the policy before, for the audit; ids only. */
    public Map<String, Object> since(AppPolicy before) {
        Map<String, Object> changes = new LinkedHashMap<>();
        if (firstParty != before.firstParty) {
            changes.put("first_party", Map.of("from", before.firstParty.name(), "to", firstParty.name()));
        }
        if (thirdParty != before.thirdParty) {
            changes.put("third_party", Map.of("from", before.thirdParty.name(), "to", thirdParty.name()));
        }
        note(changes, "allowed", listed(), before.listed());
        note(changes, "no_longer_allowed", before.listed(), listed());
        note(changes, "blocked", blockedApps, before.blockedApps);
        note(changes, "no_longer_blocked", before.blockedApps, blockedApps);
        return changes;
    }

    private List<String> listed() {
        return Stream.concat(firstPartyApps.stream(), thirdPartyApps.stream()).toList();
    }

    /** Of a long list the first hundred: the event is to be read by people. */
    private static void note(Map<String, Object> changes, String name, List<String> now, List<String> before) {
        List<String> more = now.stream()
                .filter(id -> !before.contains(id))
                .limit(100)
                .map(id -> WireId.of(ConnectedApp.ID_KIND, UUID.fromString(id)))
                .toList();
        if (!more.isEmpty()) {
            changes.put(name, more);
        }
    }

    /** The same for equal policies, and another one for others: by it a form shows which policy its reader saw. */
    public String version() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
