/**
 * Everything a client must keep to itself: how it is made, how it is checked, and the only form in which it is stored.
 *
 * <p>Tables: {@code signing_keys}. Doors: none.
 */
package dev.ungrant.secrets;
