import { StytchClient } from '@stytch/vanilla-js/headless';

window.Client = StytchClient;
