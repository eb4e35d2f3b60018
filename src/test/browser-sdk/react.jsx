import { B2BIdentityProvider, StytchB2BProvider, createStytchB2BClient, useStytchMember } from '@stytch/react/b2b';
import { createRoot } from 'react-dom/client';

function Name() {
  const { member } = useStytchMember();
  return <p id="who">{member ? member.email_address : 'nobody'}</p>;
}

/** The consent page of a host application, as the package draws it. */
window.show = (publicToken, options, more) => {
  const client = createStytchB2BClient(publicToken, options);
  window.stytch = client;
  createRoot(document.getElementById('root')).render(
    <StytchB2BProvider stytch={client}>
      <Name />
      <B2BIdentityProvider {...more} />
    </StytchB2BProvider>,
  );
};
