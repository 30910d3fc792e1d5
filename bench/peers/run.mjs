// `npm run bench:peers`: this library and published clients against the same load generator, each in a process of its own, in turns.
// Prints one JSON document and writes it to docs/performance/peers.json, from which `npm run bench:report` makes a table.
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { describeMachine } from '../../dist/bench/kit/machine.js';
import { median } from '../../dist/bench/kit/statistics.js';

if (!existsSync(new URL('node_modules', import.meta.url))) {
  process.stderr.write('the peers are not installed: npm ci --prefix bench/peers\n');
  process.exit(1);
}
const { clients } = await import('./clients.mjs');
const quick = process.argv.includes('--quick');
const rounds = quick ? 1 : 3;
const wanted = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const ids = Object.keys(clients).filter(
  (id) => wanted.length === 0 || wanted.some((name) => id.startsWith(name)),
);
const machine = describeMachine(quick);
const measured = Object.fromEntries(ids.map((id) => [id, []]));

for (let round = 1; round <= rounds; round += 1) {
  for (const id of ids) {
    const figures = { ...(await measure(id, 'flood')), ...(await measure(id, 'drop')) };
    measured[id].push(figures);
    process.stderr.write(`round ${round}/${rounds}  ${id}  ${JSON.stringify(figures)}\n`);
  }
}
machine.load.after = loadavg()[0];

const peers = ids.map((id) => {
  const { version, dialect, note } = clients[id];
  const middle = (figure) => {
    const value = median(measured[id].map((figures) => figures[figure] ?? Number.NaN));
    return Number.isFinite(value) ? value : null;
  };
  const figures = ['framesPerSecond', 'mainMicroseconds', 'recoveryMs'].map((figure) => [
    figure,
    middle(figure),
  ]);
  return { id, version, dialect, ...Object.fromEntries(figures), note };
});
const document = `${JSON.stringify({ machine, peers }, null, 2)}\n`;
const folder = new URL('../../docs/performance/', import.meta.url);
mkdirSync(folder, { recursive: true });
if (wanted.length === 0 && !quick) writeFileSync(new URL('peers.json', folder), document);
process.stdout.write(document);

function measure(id, phase) {
  return new Promise((resolve) => {
    const child = fork(new URL('measure.mjs', import.meta.url), [id, phase, quick ? 'quick' : ''], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    let figures = {};
    child.on('message', (message) => {
      figures = message;
    });
    child.on('exit', () => resolve(figures));
  });
}
