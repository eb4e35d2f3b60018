/**
 * In which language a person reads, and in which time zone: their own choice, or whatever their browser says.
 *
 * <p>Table: {@code preferences}. Door: {@code PreferencePages}. Pages read the choice from a cookie, so that no request asks
 * the database for it; {@link dev.ungrant.web.Languages} turns both into a locale.
 */
package dev.ungrant.preferences;
