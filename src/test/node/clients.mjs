// Says which official clients are installed.
import { readFileSync } from 'node:fs';
import stytch from 'stytch';

const { version } = JSON.parse(readFileSync(new URL('node_modules/stytch/package.json', import.meta.url)));
console.log(JSON.stringify({ version, clients: ['Client', 'B2BClient'].filter((name) => name in stytch) }));
