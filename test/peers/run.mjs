// Runs every check of this folder one after the other, each in a process of its own. `npm run test:peers` installs and starts it.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const checks = readdirSync(folder).filter((name) => name.endsWith('.check.mjs'));
// The libraries would send even loopback traffic through a proxy of the environment.
const env = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(https?|all)_proxy$/i.test(name)),
);
let failed = 0;
for (const check of checks) {
  const { status } = spawnSync(process.execPath, [check], {
    cwd: folder,
    env,
    stdio: 'inherit',
    timeout: 60_000,
  });
  if (status !== 0) failed += 1;
  console.log(`${check}: ${status === 0 ? 'passed' : 'failed'}`);
}
console.log(`${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
