// The member's apps by the official React SDK, in the host's own page and look.
import { StytchB2BProvider, createStytchB2BClient, useStytchB2BClient } from '@stytch/react/b2b';
import { useCallback, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

function Apps() {
  const stytch = useStytchB2BClient();
  const [apps, setApps] = useState(null);
  const [said, setSaid] = useState('');
  const load = useCallback(async () => setApps((await stytch.self.getConnectedApps()).connected_apps), [stytch]);
  const failed = error => setSaid(`That failed: ${error.message}`);
  useEffect(() => { load().catch(failed); }, [load]);
  const remove = async app => {
    try {
      await stytch.self.revokeConnectedApp({ connected_app_id: app.connected_app_id });
      await load();
      setSaid(`${app.name} lost its access.`);
    } catch (error) {
      failed(error);
    }
  };
  return (
    <>
      <p role="status">{said}</p>
      {!apps && !said && <p>Loading…</p>}
      {apps?.length === 0 && <p>No app is connected.</p>}
      {apps?.length > 0 && (
        <ul className="list">
          {apps.map(app => (
            <li key={app.connected_app_id}>
              <span>{app.name}<small>{app.scopes_granted}</small></span>
              <button type="button" aria-label={`Remove access for ${app.name}`} onClick={() => remove(app)}>Remove access</button>
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

// The host's backend knows who is signed in, and gives this page that person's session.
const { base, public_token, session_token, session_jwt } = await (await fetch('/session', { method: 'POST' })).json();
const stytch = createStytchB2BClient(public_token, { endpoints: { testAPIURL: base, liveAPIURL: base } });
stytch.session.updateSession({ session_token, session_jwt });
await stytch.session.authenticate();
createRoot(document.getElementById('root')).render(<StytchB2BProvider stytch={stytch}><Apps /></StytchB2BProvider>);
