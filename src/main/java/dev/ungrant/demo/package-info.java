/**
 * The demo: one process with its own database, mail server and cast, for looking around and for scripts.
 *
 * <p>Promises: serves on loopback only; what it started ends with it; a second run finds everything as it was. Nothing here
 * exists outside the environment {@code demo}, which only {@link dev.ungrant.demo.Demo} switches on. Tables: none of its own.
 * Doors: the mailbox.
 */
package dev.ungrant.demo;
