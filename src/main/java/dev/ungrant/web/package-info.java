/**
 * What doors share: problems and how each door says them, request ids, JSON, wire ids, rate limits, and what every
 * page needs (rendering, assets, headers, forgery checks). Nothing here decides about grants.
 *
 * <p>Table: {@code buckets}. Doors: {@code /assets, /csp-report, /health}.
 */
package dev.ungrant.web;
