package dev.ungrant.federation;

import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import dev.ungrant.audit.AuditEvent;
import dev.ungrant.audit.AuditLog;
import dev.ungrant.database.Transactions;
import dev.ungrant.members.Newcomers;
import dev.ungrant.rbac.Actor;
import dev.ungrant.rbac.Subject;
import dev.ungrant.rbac.Via;
import dev.ungrant.secrets.Hash;
import dev.ungrant.sessions.Session;
import dev.ungrant.sessions.Sessions;
import dev.ungrant.web.EmailAddress;
import dev.ungrant.web.Problem;
import io.micronaut.core.annotation.Nullable;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Who somebody is here whom a provider has vouched for, and their session. */
@Singleton
class Arrivals {
    private static final int LONGEST_NAME = 256;

    private final ProviderSignInRepository repository;
    private final Newcomers newcomers;
    private final Sessions sessions;
    private final AuditLog auditLog;
    private final Transactions transactions;

    Arrivals(
            ProviderSignInRepository repository,
            Newcomers newcomers,
            Sessions sessions,
            AuditLog auditLog,
            Transactions transactions) {
        this.repository = repository;
        this.newcomers = newcomers;
        this.sessions = sessions;
        this.auditLog = auditLog;
        this.transactions = transactions;
    }

    /** Refused inside a transaction, which must not be committed then. */
    private static final class Inside extends RuntimeException {
        private final Refusal refusal;

        private Inside(Refusal refusal) {
            super(null, null, false, false);
            this.refusal = refusal;
        }
    }

    /** @param claims checked: the provider said them, to us, in this sign-in */
    Sessions.Begun enter(SignInProvider provider, IDTokenClaimsSet claims, Via via, String userAgent) throws Refusal {
        UUID memberId;
        try {
            memberId = transactions.write(() -> member(provider, claims, via));
        } catch (Inside e) {
            throw e.refusal;
        }
        Subject member = Subject.member(provider.projectId(), provider.organizationId(), memberId);
        Sessions.Begun begun = sessions.begin(
                member,
                Session.Kind.PORTAL,
                List.of(factor(provider, claims)),
                Sessions.PORTAL_MINUTES,
                Sessions.PORTAL_IDLE_MINUTES,
                userAgent,
                via.ipAddress());
        Actor actor = new Actor(Actor.Kind.MEMBER, memberId, begun.session().sessionId(), via);
        transactions.write(() -> {
            auditLog.record(AuditEvent.about(actor, member, "session.begun")
                    .with(Map.of("by", "provider", "issuer", provider.issuer())));
            return null;
        });
        return begun;
    }

    private UUID member(SignInProvider provider, IDTokenClaimsSet claims, Via via) {
        UUID organizationId = provider.organizationId();
        byte[] subjectHash =
                Hash.sha256(provider.issuer() + '\n' + claims.getSubject().getValue());
        Optional<LinkedMember> linked = repository.linked(organizationId, subjectHash);
        String address = address(claims);
        if (linked.isPresent()) {
            return live(linked.get()).memberId();
        }
        if (address == null) {
            throw inside(Why.ADDRESS, "The ID token holds no e-mail address that is verified");
        }
        if (!provider.mayVouchFor(address)) {
            throw inside(Why.DOMAIN, "The address is of a domain that is not listed");
        }
        byte[] issuerHash = Hash.sha256(provider.issuer());
        Optional<LinkedMember> present =
                repository.withAddress(organizationId, issuerHash, address).map(Arrivals::live);
        if (present.filter(LinkedMember::linked).isPresent()) {
            throw inside(Why.TAKEN, "Another sub of the issuer is this member already");
        }
        UUID memberId = present.map(LinkedMember::memberId).orElseGet(() -> newcomer(provider, claims, address, via));
        repository.prove(organizationId, memberId, address);
        if (repository.countLive(organizationId, memberId) == 0) {
            throw inside(Why.MEMBER, "Deactivated in this very moment");
        }
        repository.link(organizationId, subjectHash, issuerHash, memberId);
        Subject subject = Subject.member(provider.projectId(), organizationId, memberId);
        auditLog.record(AuditEvent.about(new Actor(Actor.Kind.MEMBER, memberId, null, via), subject, "member.linked")
                .with(Map.of("issuer", provider.issuer())));
        return memberId;
    }

    private UUID newcomer(SignInProvider provider, IDTokenClaimsSet claims, String address, Via via) {
        if (!provider.makesMembers()) {
            throw inside(Why.MEMBER, "No member has the address, and none is made");
        }
        String name = claims.getStringClaim("name");
        return newcomers.add(
                provider.projectId(),
                provider.organizationId(),
                address,
                name == null
                        ? ""
                        : name.strip()
                                .substring(
                                        0, Math.min(LONGEST_NAME, name.strip().length())),
                via);
    }

    private static LinkedMember live(LinkedMember member) {
        if (member.deactivated()) {
            throw inside(Why.MEMBER, "The member is deactivated");
        }
        return member;
    }

    private static Inside inside(Why why, String message) {
        return new Inside(new Refusal(why, message));
    }

    /** An address that the provider has not verified is only what somebody typed there. Null when there is none. */
    @Nullable
    private static String address(IDTokenClaimsSet claims) {
        String address = claims.getStringClaim("email");
        if (address == null || !Boolean.TRUE.equals(claims.getClaim("email_verified"))) {
            return null;
        }
        try {
            return EmailAddress.require(address);
        } catch (Problem e) {
            return null;
        }
    }

    private static Map<String, Object> factor(SignInProvider provider, IDTokenClaimsSet claims) {
        String now = Instant.now().toString();
        return Map.of(
                "type",
                "sso",
                "delivery_method",
                "sso_oidc",
                "last_authenticated_at",
                now,
                "created_at",
                now,
                "updated_at",
                now,
                "sequence_order",
                "PRIMARY",
                "oidc_sso_factor",
                Map.of(
                        "id", provider.connectionId(),
                        "provider_id", provider.connectionId(),
                        "external_id", claims.getSubject().getValue()));
    }

    /** Tried and refused: nobody is named, since it is not known who it was. */
    void recordRefusal(SignInProvider provider, Why why, Via via) {
        Actor nobody = new Actor(Actor.Kind.SYSTEM, null, null, via);
        transactions.write(() -> {
            auditLog.record(
                    AuditEvent.inTenant(nobody, provider.projectId(), provider.organizationId(), "provider.sign_in")
                            .asDenied()
                            .with(Map.of("why", why.name(), "issuer", provider.issuer())));
            return null;
        });
    }
}
