/**
 * Work of an organization that outlives the request that asked for it: {@link dev.ungrant.jobs.Jobs#start} writes it down in
 * the transaction of the act, any node does it in steps, and its page says how far it is and, at the end, what came of it.
 * What a job does is a bean of the feature that wants it, a {@link dev.ungrant.jobs.JobKind}; this package knows none of them.
 *
 * <p>Each step is one transaction: it holds the job's row, does at most five hundred rows, and writes down where the next one
 * begins. So a step is done once or not at all, whatever happens to its node. A node holds a job by a lease of the database's
 * time, with a number that each new holder raises; who comes back with an old number finds the row changed and leaves. No
 * tenant has more than one job in hand at a time, and after a few seconds the next tenant has its turn.
 *
 * <p>A job acts in the name of whoever asked for it, and only while they may: each step asks anew, and when they were
 * deactivated or have lost the right, the job stops where it is and says so. To go on would let somebody who was just thrown
 * out finish what they began; what is left, anybody who may can ask for again. A kind whose outcome is settled by the act
 * itself, such as a policy that is already in force, goes on.
 *
 * <p>Table: {@code jobs}. Door: {@code /organization/jobs}.
 */
package dev.ungrant.jobs;
