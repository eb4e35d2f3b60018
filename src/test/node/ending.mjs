// How every story of an app ends, whichever client it is built with: its access was taken back, and it finds that out in each
// way that there is.
import assert from 'node:assert/strict';

/**
 * @param ben the browser of the person
 * @param app what the client does and sees, as it has it at the end:
 *   refresh() the error of refreshing; call(token) the status of using a token; tokens those it held;
 *   isActive(token); silently() the error of asking without showing anything; link() where it would send the person
 */
export async function findsItselfOut(ben, { refresh, call, tokens, isActive, silently, link }) {
  assert.equal(await refresh(), 'invalid_grant');
  for (const token of tokens) {
    assert.equal(await call(token), 401);
    assert.equal(await isActive(token), false);
  }
  assert.equal(await silently(), 'consent_required');
  await ben.asked(await link());
}
