// The member's apps by the official React SDK, in the host's own page and look.
import { StytchB2BProvider, createStytchB2BClient, useStytchB2BClient } from '@stytch/react/b2b';
import { useCallback, useEffect, useState } from 'react';
import { createRoot } from 'react-dom/client';

function Apps() {
  const stytch = useStytchB2BClient();
  const [apps, setApps] = useState(null);
  const load = useCallback(async () => setApps((await stytch.self.getConnectedApps()).connected_apps), [stytch]);
  useEffect(() => { load(); }, [load]);
  const remove = async app => {
    await stytch.self.revokeConnectedApp({ connected_app_id: app.connected_app_id });
    await load();
  };
  if (!apps) return <p>Loading…</p>;
  return (
    <ul>
      {apps.map(app => (
        <li key={app.connected_app_id}>
          {app.name} <button type="button" onClick={() => remove(app)}>Remove access</button>
        </li>
      ))}
    </ul>
  );
}

// The host's backend knows who is signed in, and gives this page that person's session.
const { base, public_token, session_token, session_jwt } = await (await fetch('/session', { method: 'POST' })).json();
const stytch = createStytchB2BClient(public_token, { endpoints: { testAPIURL: base, liveAPIURL: base } });
stytch.session.updateSession({ session_token, session_jwt });
await stytch.session.authenticate();
createRoot(document.getElementById('root')).render(<StytchB2BProvider stytch={stytch}><Apps /></StytchB2BProvider>);
