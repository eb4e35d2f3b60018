/**
 * Proof that somebody is here. {@link dev.ungrant.sessions.Gate} stands before every route and turns a request into a
 * {@link dev.ungrant.rbac.Caller}; {@link dev.ungrant.sessions.Sessions} begins, finds and ends sessions, of members and
 * of users, made for an integrator or by signing in to the portal. {@link dev.ungrant.sessions.SdkFilter} lets pages of a
 * project's origins in at {@code /sdk}.
 *
 * <p>Where an organization wants its own provider asked, a code by mail lets no member in but those for emergencies; that is settled
 * in the query that says whom an address may become.
 *
 * <p>Tables: {@code sessions, sign_in_codes, page_sign_ins, trusted_issuers}. Doors: {@code /v1/b2b/sessions, /v1/sessions,
 * /sdk/v1/b2b/sessions, /sdk/v1/sessions, /sdk/v1/.../magic_links, /sdk/v1/.../otps, /sign-in, /join, /sign-out, /switch, /sessions}, and in
 * the demo {@code /demo/sign-in}.
 */
package dev.ungrant.sessions;
