/**
 * What happened, by whom, through which door. Written in the transaction of the act itself; rows are only ever added.
 *
 * <p>Table: {@code audit_events}. Doors: none; the pages of a person and an app read it.
 */
package dev.ungrant.audit;
