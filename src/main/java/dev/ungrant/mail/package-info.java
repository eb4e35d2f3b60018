/**
 * The way to the mail server; whoever has something to write uses Micronaut's {@code EmailSender}.
 *
 * <p>Promises: a node without a mail server starts and has no {@code EmailSender}; mail goes to the server of this node's own
 * settings; no attempt takes longer than some seconds. Tables: none. Doors: none.
 */
package dev.ungrant.mail;
