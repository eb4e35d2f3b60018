/**
 * What happened, by whom, through which door. Written in the transaction of the act itself; rows are only ever added.
 *
 * <p>Each tenant's events are a chain: {@code AuditSealer} numbers them a moment after they were written, and gives each a
 * keyed hash over itself and the hash before it. {@code AuditVerifier} finds what was edited, removed, moved or put in
 * behind our back; SECURITY.md says what that proves. Ids stand in events, names never do: an event outlives the person.
 *
 * <p>Tables: {@code audit_events}, {@code audit_chains}. Doors: none; pages and the command line read it.
 */
package dev.ungrant.audit;
