// `npm run soak -- --minutes N`: random faults for as long as it is told, with heap, threads, sockets, ports and listeners sampled
// in between. Says at the end whether each stayed flat, and exits accordingly.
import { setTimeout as sleep } from 'node:timers/promises';
import { readdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { Host } from './host/host.js';
import { playSchedule, schedules } from './parts/random-play.js';
import { isFlat, type Sample, slopes } from './parts/slope.js';

const help = `npm run soak -- [options]

  --minutes N   how long, default 30
  --seed N      repeats the same schedules of faults
  --width N     adapters at the same time, default 3
  --help
`;
const LINE_EVERY_MS = 10_000;
const LONGEST_PAUSE_MS = 200;

interface Totals {
  plays: number;
  deaths: number;
  events: number;
  orders: number;
  readonly problems: string[];
}

async function soak(minutes: number, seed: number, width: number): Promise<number> {
  let isStopped = false;
  process.on('SIGINT', () => {
    isStopped = true;
  });
  const host = new Host();
  const totals: Totals = { plays: 0, deaths: 0, events: 0, orders: 0, problems: [] };
  const samples: Sample[] = [];
  const started = performance.now();
  const end = started + minutes * 60_000;
  let lastLine = started;
  print(`${minutes} minutes, seed ${seed}; Ctrl-C ends early and judges what was seen`);
  for (let round = 0; performance.now() < end && !isStopped; round += 1) {
    const drawn = fc.sample(schedules, { seed: seed + round, numRuns: width });
    const tried = await Promise.all(
      drawn.map((steps, index) => playSchedule(steps, host, seed + round * width + index)),
    );
    for (const one of tried) {
      totals.plays += 1;
      totals.deaths += one.exits;
      totals.events += one.events;
      totals.orders += one.orders;
      const problems = one.problems.map((problem) => `round ${round}: ${problem}`);
      for (const problem of problems) print(problem);
      totals.problems.push(...problems);
    }
    await sleep(LONGEST_PAUSE_MS);
    samples.push(sample(performance.now() - started));
    if (performance.now() - lastLine < LINE_EVERY_MS) continue;
    lastLine = performance.now();
    print(progress(samples.at(-1)!, totals));
  }
  await host.close();
  return judge(samples, totals);
}

/** What has to stay flat. Taken between plays: nothing but the process itself is left then. */
function sample(atMs: number): Sample {
  globalThis.gc?.();
  const resources = process.getActiveResourcesInfo();
  const count = (kind: string): number => resources.filter((one) => one === kind).length;
  return {
    atMs,
    values: {
      'heap MB': process.memoryUsage().heapUsed / 1024 / 1024,
      'RSS MB': process.memoryUsage.rss() / 1024 / 1024,
      'threads of the process': threads(),
      ports: count('MessagePort'),
      timers: count('Timeout'),
      listeners: process.eventNames().reduce((total, name) => total + process.listenerCount(name), 0),
    },
  };
}

function threads(): number {
  try {
    return readdirSync('/proc/self/task').length;
  } catch {
    return 0;
  }
}

function progress({ atMs, values }: Sample, { plays, deaths, events, problems }: Totals): string {
  const figures = Object.entries(values).map(([name, value]) => `${name} ${Math.round(value)}`);
  return `${Math.round(atMs / 1000)} s: ${plays} plays, ${deaths} deaths, ${events} events, ${problems.length} problems; ${figures.join(', ')}`;
}

function judge(samples: readonly Sample[], totals: Totals): number {
  const found = slopes(samples);
  const crooked = found.filter((one) => !isFlat(one));
  for (const one of found) {
    const verdict = isFlat(one) ? 'flat' : 'NOT FLAT';
    print(`${one.name}: ${verdict}, ${one.perMinute.toFixed(3)} per minute around ${one.mean.toFixed(1)}`);
  }
  for (const problem of totals.problems.slice(0, 20)) print(problem);
  print(`${totals.plays} plays, ${totals.deaths} deaths, ${totals.events} events, ${totals.orders} orders`);
  print(`${totals.problems.length} problems, ${crooked.length} of ${found.length} measures not flat`);
  return totals.problems.length + crooked.length === 0 ? 0 : 1;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    width: { type: 'string', default: '3' },
    help: { type: 'boolean' },
  },
});
if (values.help === true) print(help);
else {
  const [minutes, seed, width] = [values.minutes, values.seed, values.width].map(Number);
  if (!(minutes! > 0) || !Number.isSafeInteger(seed) || !(width! >= 1)) {
    print(help);
    process.exitCode = 2;
  } else process.exitCode = await soak(minutes!, seed!, width!);
}
