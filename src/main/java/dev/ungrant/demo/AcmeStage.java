package dev.ungrant.demo;

import dev.ungrant.members.Departures;
import dev.ungrant.members.Invitations;
import dev.ungrant.members.Member;
import dev.ungrant.members.Members;
import dev.ungrant.oauth.Minted;
import dev.ungrant.organizations.CustomRoles;
import dev.ungrant.organizations.Organization;
import dev.ungrant.organizations.Organizations;
import dev.ungrant.projects.Projects;
import dev.ungrant.projects.TokenFormat;
import dev.ungrant.projects.Vertical;
import dev.ungrant.rbac.Policies;
import dev.ungrant.rbac.Policy;
import dev.ungrant.rbac.ProjectCaller;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.JsonBody;
import io.micronaut.context.annotation.Requires;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The demo's B2B half: Acme with Ada, Ben, Cleo, Fay, who audits, and Dan, who is deactivated; Globex with Gil and Hana; fourteen apps. */
@Singleton
@Requires(env = Demo.ENVIRONMENT)
final class AcmeStage {
    private final Stage stage;
    private final Projects projects;
    private final Policies policies;
    private final Organizations organizations;
    private final CustomRoles customRoles;
    private final Members members;
    private final Departures departures;
    private final Invitations invitations;

    AcmeStage(
            Stage stage,
            Projects projects,
            Policies policies,
            Organizations organizations,
            CustomRoles customRoles,
            Members members,
            Departures departures,
            Invitations invitations) {
        this.stage = stage;
        this.projects = projects;
        this.policies = policies;
        this.organizations = organizations;
        this.customRoles = customRoles;
        this.members = members;
        this.departures = departures;
        this.invitations = invitations;
    }

    Cast.B2b seed(String baseUrl) {
        Projects.Created created = projects.create(Vertical.B2B, "Acme Suite", null, TokenFormat.OPAQUE);
        ProjectCaller project = Stage.caller(created.project().projectId());
        policies.replace(project.projectId(), DemoPolicies.ACME);
        stage.letPagesIn(project);

        Map<String, Organization> places = new LinkedHashMap<>();
        places.put("acme", customRoles.create(project, organization(project, "Acme", "acme"), AcmeScript.AUDITOR_ROLE));
        places.put("globex", organization(project, "Globex", "globex"));
        places.values().forEach(place -> stage.letFramesIn(project, place.organizationId()));
        Map<String, Member> people = new LinkedHashMap<>();
        for (AcmeScript.Persona persona : AcmeScript.PERSONAS) {
            people.put(persona.key(), member(project, places.get(persona.organization()), persona));
        }
        departures.deactivate(project, people.get(AcmeScript.DEACTIVATED));

        Map<String, Cast.App> apps = new LinkedHashMap<>();
        AcmeScript.APPS.forEach(app -> apps.put(app.key(), stage.register(project, app)));
        List<Cast.Grant> grants = new ArrayList<>();
        for (StageGrant grant : AcmeScript.GRANTS) {
            Minted minted = stage.grant(project, people.get(grant.person()).subject(), apps.get(grant.app()), grant);
            grants.add(grant(grant.person(), grant.app(), grant.scopes(), minted));
        }

        fillUp(project, places.get("acme"), apps);

        Map<String, Cast.Organization> organizationsCast = new LinkedHashMap<>();
        places.forEach((key, place) ->
                organizationsCast.put(key, new Cast.Organization(place.wireId(), place.slug(), place.externalId())));
        Map<String, Cast.Member> membersCast = new LinkedHashMap<>();
        for (AcmeScript.Persona persona : AcmeScript.PERSONAS) {
            membersCast.put(persona.key(), describe(baseUrl, persona, people.get(persona.key()), null));
        }
        return new Cast.B2b(
                created.project().wireId(),
                created.secret(),
                created.project().publicToken(),
                organizationsCast,
                membersCast,
                apps,
                grants);
    }

    private void fillUp(ProjectCaller project, Organization acme, Map<String, Cast.App> apps) {
        Map<String, Member> colleagues = new LinkedHashMap<>();
        AcmeScript.COLLEAGUES.forEach(colleague -> colleagues.put(colleague.key(), member(project, acme, colleague)));
        for (StageGrant grant : AcmeScript.OF_COLLEAGUES) {
            stage.grant(project, colleagues.get(grant.person()).subject(), apps.get(grant.app()), grant);
        }
        invitations.invite(
                project,
                acme,
                new JsonBody(Map.of("email_address", AcmeScript.INVITED, "name", "Nora Lind")),
                AcmeScript.INVITED_DAYS);
    }

    /** The same cast on a later start: sessions that still live stay, tokens are made fresh, removed grants stay removed. */
    Cast.B2b again(String baseUrl, Cast.B2b earlier) {
        ProjectCaller project = Stage.caller(
                projects.authenticate(earlier.projectId(), earlier.secret()).projectId());
        Map<String, Cast.Member> membersCast = new LinkedHashMap<>();
        Map<String, Member> people = new LinkedHashMap<>();
        for (AcmeScript.Persona persona : AcmeScript.PERSONAS) {
            Cast.Member was = earlier.members().get(persona.key());
            Member member = members.find(
                    project, earlier.organizations().get(persona.organization()).organizationId(), was.memberId());
            people.put(persona.key(), member);
            membersCast.put(persona.key(), describe(baseUrl, persona, member, was.sessionToken()));
        }
        List<Cast.Grant> grants = new ArrayList<>();
        for (Cast.Grant was : earlier.grants()) {
            stage.renew(
                            project,
                            people.get(was.member()).subject(),
                            earlier.apps().get(was.app()),
                            was)
                    .ifPresent(minted -> grants.add(grant(was.member(), was.app(), was.scopes(), minted)));
        }
        return new Cast.B2b(
                earlier.projectId(),
                earlier.secret(),
                earlier.publicToken(),
                earlier.organizations(),
                membersCast,
                earlier.apps(),
                grants);
    }

    private Organization organization(ProjectCaller project, String name, String slug) {
        return organizations.create(
                project,
                new JsonBody(Map.of(
                        "organization_name", name,
                        "organization_slug", slug,
                        "organization_external_id", slug + "-external")));
    }

    private Member member(ProjectCaller project, Organization place, AcmeScript.Persona persona) {
        return members.create(
                project,
                place,
                new JsonBody(Map.of(
                        "email_address",
                        persona.address(),
                        "name",
                        persona.name(),
                        "external_id",
                        persona.key() + "-external",
                        "roles",
                        given(persona))));
    }

    private static List<String> given(AcmeScript.Persona persona) {
        return persona.admin()
                ? List.of(Policy.ADMIN_ROLE)
                : persona.key().equals(AcmeScript.AUDITOR) ? List.of(AcmeScript.AUDITOR_ROLE.roleId()) : List.of();
    }

    private Cast.Member describe(
            String baseUrl, AcmeScript.Persona persona, Member member, @Nullable String earlierToken) {
        List<String> roles = new ArrayList<>(List.of(Policy.MEMBER_ROLE));
        roles.addAll(given(persona));
        boolean gone = persona.key().equals(AcmeScript.DEACTIVATED);
        Sessions.Begun session =
                gone ? null : stage.sessionAgain(member.subject(), member.emailAddress(), earlierToken);
        return new Cast.Member(
                persona.organization(),
                member.wireId(),
                member.externalId(),
                member.emailAddress(),
                member.name(),
                roles,
                gone ? "deleted" : "active",
                gone ? null : session.token().reveal(),
                gone ? null : stage.jwt(session.session()),
                gone ? null : baseUrl + "/demo/sign-in/" + persona.key());
    }

    private static Cast.Grant grant(String member, String app, List<String> scopes, Minted minted) {
        return new Cast.Grant(member, null, app, scopes, minted.accessToken(), minted.refreshToken());
    }
}
