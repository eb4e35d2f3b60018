import { StytchB2BClient } from '@stytch/vanilla-js/b2b/headless';

window.Client = StytchB2BClient;
