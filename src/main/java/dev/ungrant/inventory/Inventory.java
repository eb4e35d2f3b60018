package dev.ungrant.inventory;

import dev.ungrant.connectedapps.AppFace;
import dev.ungrant.connectedapps.ConnectedApp;
import dev.ungrant.connectedapps.ConnectedApps;
import dev.ungrant.connectedapps.Permit;
import dev.ungrant.connectedapps.Permits;
import dev.ungrant.organizations.Organization;
import dev.ungrant.rbac.Caller;
import dev.ungrant.rbac.Permission;
import dev.ungrant.rbac.Policies;
import dev.ungrant.web.ErrorType;
import dev.ungrant.web.Initials;
import dev.ungrant.web.Moments;
import dev.ungrant.web.PageCursor;
import dev.ungrant.web.Paged;
import dev.ungrant.web.Problem;
import dev.ungrant.web.WireId;
import dev.ungrant.web.Words;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What can act for the people of an organization, page by page: the same number of statements however much it is. */
@Singleton
final class Inventory {
    static final int PAGE = 25;

    /** Stands for a total that was not counted to its end. */
    static final long MANY = Long.MAX_VALUE / 2;

    private final InventoryReader lists;
    private final AccessReader grants;
    private final InventorySql sql;
    private final ConnectedApps apps;
    private final Permits permits;
    private final Policies policies;
    private final Words words;

    Inventory(
            InventoryReader lists,
            AccessReader grants,
            InventorySql sql,
            ConnectedApps apps,
            Permits permits,
            Policies policies,
            Words words) {
        this.lists = lists;
        this.grants = grants;
        this.sql = sql;
        this.apps = apps;
        this.permits = permits;
        this.policies = policies;
        this.words = words;
    }

    boolean permits(Caller caller, UUID organizationId) {
        return policies.permits(caller, Permission.GET_ORGANIZATION_CONNECTED_APPS, organizationId);
    }

    boolean mayChangePolicy(Caller caller, UUID organizationId) {
        return policies.permits(caller, Permission.UPDATE_CONNECTED_APP_POLICY, organizationId);
    }

    /** @throws Problem 403 when the caller may not see the organization's apps */
    void require(Caller caller, UUID organizationId) {
        if (!permits(caller, organizationId)) {
            throw new Problem(ErrorType.SESSION_AUTHORIZATION_ERROR);
        }
    }

    /** One page of the list that the filter says. */
    Paged<InventoryRow> page(
            Caller caller, Organization organization, GrantSet set, @Nullable PageCursor cursor, Locale locale) {
        require(caller, set.organizationId());
        Look look = new Look(organization, locale, set.now());
        return sql.together(() -> switch (set.filter().view()) {
            case APP -> byApp(set, cursor, look);
            case PERSON -> byPerson(set, cursor, look);
            case FLAT -> flat(set, cursor, look);
        });
    }

    private Paged<InventoryRow> byApp(GrantSet set, @Nullable PageCursor cursor, Look look) {
        Paged<InventoryReader.Entry> found = Paged.of(
                cursor,
                PAGE,
                lists.countApps(set),
                (from, limit) -> lists.apps(set, from, limit),
                InventoryReader.Entry::keys);
        List<UUID> ids = found.rows().stream().map(InventoryReader.Entry::id).toList();
        Map<UUID, ConnectedApp> present = apps(set.projectId(), ids);
        Map<UUID, Figures> figures = lists.figuresOfApps(set, ids);
        return with(
                found,
                ids.stream()
                        .filter(present::containsKey)
                        .map(id -> look.app(present.get(id), figures.getOrDefault(id, Figures.NONE)))
                        .toList());
    }

    private Paged<InventoryRow> byPerson(GrantSet set, @Nullable PageCursor cursor, Look look) {
        Paged<InventoryReader.Someone> found = Paged.of(
                cursor,
                PAGE,
                lists.countPeople(set),
                (from, limit) -> lists.people(set, from, limit),
                InventoryReader.Someone::keys);
        List<UUID> ids =
                found.rows().stream().map(InventoryReader.Someone::memberId).toList();
        Map<UUID, Figures> figures = lists.figuresOfPeople(set, ids);
        return with(
                found,
                found.rows().stream()
                        .map(who -> look.person(who, figures.getOrDefault(who.memberId(), Figures.NONE)))
                        .toList());
    }

    private Paged<InventoryRow> flat(GrantSet set, @Nullable PageCursor cursor, Look look) {
        long counted = grants.countFlat(set, false);
        Paged<Access> found = flat(set, cursor, counted > AccessReader.MOST_COUNTED ? MANY : counted);
        // Whoever has come to the end of a long list is told how long it is.
        if (found.next() == null && found.total() == MANY) {
            found = flat(set, cursor, grants.countFlat(set, true));
        }
        return with(found, rows(set, found.rows(), look));
    }

    private Paged<Access> flat(GrantSet set, @Nullable PageCursor cursor, long total) {
        return Paged.of(
                cursor,
                PAGE,
                total,
                (from, limit) -> grants.flat(set, from, limit),
                access -> List.of(time(access.seenAt()), access.grantId().toString()));
    }

    /** The people of the one app of the set. */
    Paged<InventoryRow> people(
            Caller caller, Organization organization, GrantSet set, @Nullable PageCursor cursor, Locale locale) {
        require(caller, set.organizationId());
        Look look = new Look(organization, locale, set.now());
        return sql.together(() -> {
            Paged<Access> found = Paged.of(
                    cursor,
                    PAGE,
                    grants.countOfApp(set),
                    (from, limit) -> grants.ofApp(set, from, limit),
                    access -> List.of(access.sortName(), access.memberId().toString()));
            return with(
                    found,
                    rows(set, found.rows(), look).stream()
                            .map(row -> new InventoryRow(
                                    row.person().id(),
                                    null,
                                    row.person(),
                                    0,
                                    row.permits(),
                                    row.since(),
                                    row.lastUsed(),
                                    row.allowed(),
                                    row.askedAgain()))
                            .toList());
        });
    }

    /** What is said of one app as a whole, whatever the filter. */
    InventoryRow app(Caller caller, Organization organization, ConnectedApp app, Locale locale, Instant now) {
        require(caller, organization.organizationId());
        GrantSet all = GrantSet.all(
                organization.projectId(), organization.organizationId(), InventoryFilter.of(Map.of()), now);
        return new Look(organization, locale, now)
                .app(
                        app,
                        sql.together(() -> lists.figuresOfApps(all, List.of(app.appId())))
                                .getOrDefault(app.appId(), Figures.NONE));
    }

    List<InventoryRow> rows(Organization organization, GrantSet set, List<Access> found, Locale locale) {
        return rows(set, found, new Look(organization, locale, set.now()));
    }

    private List<InventoryRow> rows(GrantSet set, List<Access> found, Look look) {
        Map<UUID, ConnectedApp> present =
                apps(set.projectId(), found.stream().map(Access::appId).toList());
        return found.stream()
                .filter(access -> present.containsKey(access.appId()))
                .map(access -> look.access(access, present.get(access.appId())))
                .toList();
    }

    private Map<UUID, ConnectedApp> apps(UUID projectId, Collection<UUID> ids) {
        return apps.findPresent(projectId, ids.stream().collect(Collectors.toSet())).stream()
                .collect(Collectors.toMap(ConnectedApp::appId, Function.identity()));
    }

    private static Paged<InventoryRow> with(Paged<?> page, List<InventoryRow> rows) {
        return new Paged<>(rows, page.first(), page.total(), page.previous(), page.next());
    }

    /** As MySQL reads it, to the microsecond. */
    private static String time(Instant instant) {
        return LocalDateTime.ofInstant(instant, ZoneOffset.UTC).toString();
    }

    /** Puts rows into words, for one reader. */
    private final class Look {
        private final Organization organization;
        private final Moments moments;
        private final Permits.Reader reader;

        private Look(Organization organization, Locale locale, Instant now) {
            this.organization = organization;
            this.moments = new Moments(words, locale, now);
            this.reader = permits.reader(organization.projectId(), locale);
        }

        private List<Permit> permits(Collection<String> scopes) {
            return reader.read(scopes.stream()
                    .flatMap(some -> List.of(some.strip().split(" +")).stream())
                    .filter(scope -> !scope.isEmpty())
                    .distinct()
                    .collect(Collectors.joining(" ")));
        }

        private InventoryRow.App face(ConnectedApp app) {
            return new InventoryRow.App(app.wireId(), app.name(), AppFace.of(app));
        }

        private boolean allows(ConnectedApp app) {
            return organization.appPolicy().allows(app.appId(), app.clientType());
        }

        private InventoryRow app(ConnectedApp app, Figures figures) {
            return new InventoryRow(
                    app.wireId(),
                    face(app),
                    null,
                    figures.count(),
                    permits(figures.scopes()),
                    moments.of(figures.firstSeenAt()),
                    figures.lastUsedAt() == null ? null : moments.of(figures.lastUsedAt()),
                    allows(app),
                    false);
        }

        private InventoryRow person(InventoryReader.Someone who, Figures figures) {
            return new InventoryRow(
                    WireId.of("member", who.memberId()),
                    null,
                    who(who.memberId(), who.called(), who.emailAddress()),
                    figures.count(),
                    permits(figures.scopes()),
                    moments.of(figures.firstSeenAt()),
                    figures.lastUsedAt() == null ? null : moments.of(figures.lastUsedAt()),
                    true,
                    false);
        }

        private InventoryRow access(Access access, ConnectedApp app) {
            return new InventoryRow(
                    WireId.of(GrantSet.GRANT_KIND, access.grantId()),
                    face(app),
                    who(access.memberId(), access.called(), access.emailAddress()),
                    0,
                    permits(List.of(access.scopes())),
                    moments.of(access.grantedAt()),
                    access.lastUsedAt() == null ? null : moments.of(access.lastUsedAt()),
                    allows(app),
                    access.askedAgain());
        }

        private InventoryRow.Who who(UUID memberId, String name, String emailAddress) {
            return new InventoryRow.Who(
                    WireId.of("member", memberId), name, emailAddress, Initials.of(name), Initials.tint(memberId));
        }
    }
}
