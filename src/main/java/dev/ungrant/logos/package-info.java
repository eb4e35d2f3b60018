/**
 * Pictures of apps and organizations. Somebody names an address; a node fetches what is there, draws it anew and keeps it, so
 * that no page ever loads anything from that address, and whoever runs the site there learns nothing of who looks at it.
 *
 * <p>Tables: {@code logos}. Doors: {@code /logos}.
 */
package dev.ungrant.logos;
