package dev.ungrant.commands;

import dev.ungrant.audit.AuditVerifier;
import dev.ungrant.audit.ChainOwner;
import dev.ungrant.audit.ChainReport;
import dev.ungrant.projects.Projects;
import dev.ungrant.web.Json;
import dev.ungrant.web.WireId;
import io.micronaut.context.ApplicationContext;
import io.micronaut.core.annotation.Nullable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code verify-audit}: whether the audit is as it was sealed. */
final class AuditCommands {
    static final String USAGE = """
              verify-audit     [--organization ORGANIZATION_ID | --project PROJECT_ID] [--expect SEQ:HASH|FILE]
                                                             names the first bad event of each chain; exit code 3 if there is one.
                                                             --expect: a head noted earlier, or the answer of an earlier run
            """;

    private static final Pattern NOTED = Pattern.compile("([1-9][0-9]{0,17}):([0-9a-f]{64})");

    private final AuditVerifier verifier;
    private final Projects projects;
    private final Json json;

    AuditCommands(ApplicationContext context) {
        this.verifier = context.getBean(AuditVerifier.class);
        this.projects = context.getBean(Projects.class);
        this.json = context.getBean(Json.class);
    }

    Object verify(Arguments arguments) {
        arguments.allow("organization", "project", "expect");
        String organization = arguments.options().get("organization");
        String project = arguments.options().get("project");
        if (organization != null && project != null) {
            throw new UsageException("--organization and --project exclude each other.");
        }
        String expect = arguments.options().get("expect");
        Map<String, AuditVerifier.Noted> noted = expect == null ? Map.of() : noted(expect, organization);
        Answer answer = new Answer(new HashMap<>(noted));
        if (organization != null) {
            UUID id = WireId.parse("organization", organization)
                    .orElseThrow(() -> new UsageException("--organization is the id of an organization."));
            answer.add(new ChainOwner(id, "organization"));
        } else {
            UUID projectId = project == null ? null : projects.find(project).projectId();
            List<ChainOwner> owners;
            UUID after = null;
            while (!(owners = verifier.owners(projectId, after)).isEmpty()) {
                owners.forEach(answer::add);
                after = owners.getLast().tenantId();
            }
        }
        return answer.sound() ? answer.body() : new CommandLine.Found(answer.body());
    }

    private final class Answer {
        private final Map<String, AuditVerifier.Noted> noted;
        private final List<Map<String, Object>> chains = new ArrayList<>();
        private long events;
        private boolean sound = true;

        private Answer(Map<String, AuditVerifier.Noted> noted) {
            this.noted = noted;
        }

        private void add(ChainOwner owner) {
            ChainReport report = verifier.verify(owner, noted.remove(name(owner)));
            sound &= report.sound();
            events += report.events();
            chains.add(describe(report));
        }

        /** Chains that were noted and have no owner any more are missed here, too. */
        private boolean sound() {
            return sound && noted.isEmpty();
        }

        private Map<String, Object> body() {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("sound", sound());
            body.put("events", events);
            body.put("chains", chains);
            if (!noted.isEmpty()) {
                body.put("noted_and_not_found", noted.keySet().stream().sorted().toList());
            }
            return body;
        }
    }

    private static Map<String, Object> describe(ChainReport report) {
        Map<String, Object> chain = new LinkedHashMap<>();
        chain.put("chain", name(report.owner()));
        chain.put("sound", report.sound());
        chain.put("events", report.events());
        chain.put("head", report.hash() == null ? null : report.seq() + ":" + report.hash());
        if (report.overdue() > 0) {
            chain.put("unsealed_for_a_minute", report.overdue());
        }
        if (report.bad() != null) {
            chain.put("first_bad", describe(report.bad()));
        }
        return chain;
    }

    private static Map<String, Object> describe(ChainReport.Bad bad) {
        Map<String, Object> described = new LinkedHashMap<>();
        described.put("problem", bad.problem().name().toLowerCase(Locale.ROOT));
        described.put("seq", bad.seq());
        if (bad.eventId() != null) {
            described.put("event_id", WireId.of("event", bad.eventId()));
            described.put("occurred_at", String.valueOf(bad.occurredAt()));
            described.put("action", bad.action());
        }
        return described;
    }

    private static String name(ChainOwner owner) {
        return owner.kind().equals("unknown") ? owner.tenantId().toString() : WireId.of(owner.kind(), owner.tenantId());
    }

    private Map<String, AuditVerifier.Noted> noted(String expect, @Nullable String organization) {
        Matcher one = NOTED.matcher(expect);
        if (one.matches()) {
            if (organization == null) {
                throw new UsageException("--expect SEQ:HASH is about one chain; name it with --organization.");
            }
            return Map.of(organization, noted(one));
        }
        Map<String, AuditVerifier.Noted> heads = new HashMap<>();
        for (Map<?, ?> chain : chainsIn(Path.of(expect))) {
            if (chain.get("chain") instanceof String name
                    && chain.get("head") instanceof String head
                    && (organization == null || organization.equals(name))) {
                Matcher matcher = NOTED.matcher(head);
                if (!matcher.matches()) {
                    throw new UsageException(expect + " is no answer of an earlier run.");
                }
                heads.put(name, noted(matcher));
            }
        }
        return heads;
    }

    private List<Map<?, ?>> chainsIn(Path file) {
        try {
            List<Map<?, ?>> chains = new ArrayList<>();
            if (json.object(Files.readString(file)).get("chains") instanceof List<?> list) {
                for (Object chain : list) {
                    chains.add((Map<?, ?>) chain);
                }
                return chains;
            }
        } catch (IOException | UncheckedIOException | ClassCastException e) {
            // Said below.
        }
        throw new UsageException(file + " is no answer of an earlier run.");
    }

    private static AuditVerifier.Noted noted(Matcher head) {
        return new AuditVerifier.Noted(Long.parseLong(head.group(1)), head.group(2));
    }
}
