/**
 * The only place that opens a connection to an address somebody else named: logos, key sets, client metadata documents. An app
 * must not be able to make a node ask its own network for something, so {@link dev.ungrant.fetching.Fetching} resolves a
 * name once, refuses it when any of its addresses is not a public one, and connects to the very address it has checked.
 *
 * <p>Tables: none. Doors: none.
 */
package dev.ungrant.fetching;
