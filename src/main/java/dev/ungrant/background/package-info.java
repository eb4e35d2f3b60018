/**
 * How a node does work that nobody waits for: on a thread of its own, round after round, from the moment it serves until it
 * stops. What the work is, and how nodes share it, is the business of the packages that do it.
 *
 * <p>Tables: none. Doors: none.
 */
package dev.ungrant.background;
