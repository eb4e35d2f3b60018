package dev.ungrant.connectedapps;

import dev.ungrant.jobs.Job;
import dev.ungrant.jobs.JobKind;
import dev.ungrant.jobs.JobStep;
import dev.ungrant.rbac.Permission;
import dev.ungrant.web.Words;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.Map;

/**
 * Ends what a new policy forbids, in the name of whoever saved it. The policy is in force from the moment it is saved,
 * because every check of a token reads it; so this goes on whatever becomes of that person.
 */
@Singleton
public final class PolicySweep implements JobKind {
    /** Also known to the query that looks for sweeps that nobody goes on with. */
    public static final String NAME = "policy.sweep";

    private static final String MORE = "more";

    private final AppPolicies policies;
    private final Words words;

    PolicySweep(AppPolicies policies, Words words) {
        this.policies = policies;
        this.words = words;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Permission permission() {
        return Permission.UPDATE_CONNECTED_APP_POLICY;
    }

    @Override
    public boolean isSettled() {
        return true;
    }

    @Override
    public JobStep step(Job job) {
        int ended = policies.endSome(job.actor(), job.projectId(), job.tenantId());
        return new JobStep(
                ended, ended == 0 ? Map.of() : Map.of(JobStep.ENDED, (long) ended), ended == 0 ? null : MORE);
    }

    @Override
    public String inWords(Job job, Locale locale) {
        return words.say(locale, "policy.job");
    }

    @Override
    public String began(Job job) {
        return "/organization/policy";
    }
}
