/**
 * The portal inside a host's page. A host's backend mints a one-time token for one person and one origin; that origin's page
 * hands it over by a form, into a frame ({@code /embed}) or to a page of its own ({@code /link}). The session that comes of it
 * can do no more than the host said and the person may, lives eight hours at most, and is shown to nobody but that origin.
 *
 * <p>{@link dev.ungrant.embed.EmbedFilter} lets sessions in under {@code /embed}; the pages there are drawn by the same doors
 * as in the portal ({@link dev.ungrant.web.Frame}).
 *
 * <p>Tables: {@code embed_origins, embed_tokens, embed_confirmations}. Doors: {@code /v1/embed/sessions, /embed, /link,
 * /organization/origins}.
 */
package dev.ungrant.embed;
