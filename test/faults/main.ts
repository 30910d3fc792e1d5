// The command `npm run test:faults`: reads its options and runs mocha with the suite's own configuration.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { names } from './options.js';

const help = `npm run test:faults -- [options]

  --seed N      repeats the run with this seed (it is printed at the end)
  --only TEXT   plays only the cells whose name has the text, such as "RST, login"
  --width N     cells that run at the same time, default 6
  --help
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    only: { type: 'string' },
    width: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (values.help === true) process.stdout.write(help);
else {
  const { seed, only, width } = values;
  const mocha = fileURLToPath(new URL('../../../node_modules/mocha/bin/mocha.js', import.meta.url));
  const child = spawn(process.execPath, [mocha, '--config', 'test/faults/.mocharc.json'], {
    cwd: fileURLToPath(new URL('../../..', import.meta.url)),
    stdio: 'inherit',
    env: {
      ...process.env,
      [names.seed]: seed ?? String(Date.now() % 1_000_000),
      ...(only === undefined ? {} : { [names.only]: only }),
      ...(width === undefined ? {} : { [names.width]: width }),
    },
  });
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill());
  child.once('exit', (code, signal) => {
    process.exitCode = signal === null ? (code ?? 1) : 1;
  });
}
