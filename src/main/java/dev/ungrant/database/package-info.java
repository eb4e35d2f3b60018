/**
 * How this program writes: whole transactions, retried from the outside when the database asks for it.
 *
 * <p>Tables: none of its own; the schema is in {@code db/migration}. Doors: none.
 */
package dev.ungrant.database;
