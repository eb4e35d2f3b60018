/**
 * Well-known clients, unmodified, as Connected Apps of the running jar. Each is let in, uses what it got in every way it has,
 * and at the end finds out by itself that its access was taken back: through another door for each.
 */
package dev.ungrant.apps;
