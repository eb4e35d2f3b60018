import { B2BIdentityProvider, StytchB2BProvider, createStytchB2BClient, useStytchMember } from '@stytch/react/b2b';
import { createRoot } from 'react-dom/client';

function Name() {
  const { member } = useStytchMember();
  return <p id="who">{member ? member.email_address : 'nobody'}</p>;
}

/** The authorization page of a host application, as the package draws it for the request in the page's address. */
window.show = (publicToken, options, attested) => {
  window.stytch = createStytchB2BClient(publicToken, options);
  createRoot(document.getElementById('root')).render(
    <StytchB2BProvider stytch={window.stytch}>
      <Name />
      <B2BIdentityProvider trustedAuthTokenParams={attested} />
    </StytchB2BProvider>,
  );
};
