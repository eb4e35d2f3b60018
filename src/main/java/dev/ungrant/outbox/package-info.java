/**
 * What must follow an act: written with the act in its transaction, done afterwards by any node, at least once.
 * {@link dev.ungrant.outbox.Outbox} takes messages, {@link dev.ungrant.outbox.Dispatcher} hands each to the
 * {@link dev.ungrant.outbox.Delivery} beans of its kind.
 *
 * <p>Table: {@code outbox}. Doors: none.
 */
package dev.ungrant.outbox;
