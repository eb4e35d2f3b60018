/**
 * What must follow an act: written with the act in its transaction, done afterwards by any node, at least once.
 *
 * <p>Table: {@code outbox}. Doors: none.
 */
package dev.ungrant.outbox;
