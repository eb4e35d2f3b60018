/**
 * What happened, told to people: to whoever may read it in an organization, and to everybody about themselves. One query for
 * a page's events, one for the names in them, whatever there is; a filter without a key of its own looks through a bounded
 * number of events and says how far it has come.
 *
 * <p>Tables: none of its own; reads {@code audit_events} and the names of those who are there still. Doors: {@code
 * ActivityPages}.
 */
package dev.ungrant.activity;
