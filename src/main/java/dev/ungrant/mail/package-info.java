/**
 * The way to the mail server; whoever has something to write hands a {@link dev.ungrant.mail.Letter} to
 * {@link dev.ungrant.mail.Mailer}, from an outbox delivery.
 *
 * <p>Promises: a node without a mail server starts and drops letters with a line in the log; mail goes to the server of this
 * node's own settings; no attempt takes longer than some seconds. Tables: none. Doors: none.
 */
package dev.ungrant.mail;
