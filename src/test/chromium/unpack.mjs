// Unpacks the browser of the npm package beside this file: node unpack.mjs <folder>
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliDecompressSync } from 'node:zlib';

const target = process.argv[2];
const source = join(dirname(fileURLToPath(import.meta.url)), 'node_modules/@sparticuz/chromium/bin');
const part = `${target}.part`;
const read = (name) => brotliDecompressSync(readFileSync(join(source, name)));

rmSync(part, { recursive: true, force: true });
mkdirSync(part, { recursive: true });
writeFileSync(join(part, 'chromium'), read('chromium.br'));
chmodSync(join(part, 'chromium'), 0o755);
for (const archive of ['al2023.tar.br', 'fonts.tar.br', 'swiftshader.tar.br']) {
  const tar = spawnSync('tar', ['-x', '--no-same-owner', '-C', part], { input: read(archive), stdio: ['pipe', 'inherit', 'inherit'] });
  if (tar.status !== 0) {
    throw new Error(`tar could not unpack ${archive}`);
  }
}
// The one in the package names folders of another machine.
writeFileSync(
  join(part, 'fonts.conf'),
  `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${join(target, 'fonts')}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${join(target, 'fonts-cache')}</cachedir>
</fontconfig>
`,
);
rmSync(target, { recursive: true, force: true });
renameSync(part, target);
