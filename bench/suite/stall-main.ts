// What becomes of the connection while the bot's main thread is busy with something else.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Benchmark, Measured, Settings } from '../kit/benchmark.js';
import { Load } from '../load/load.js';
import type { LoadOptions } from '../load/messages.js';
import { microsecondsSince } from '../load/stamp.js';
import { startBare } from '../subjects/bare.js';
import { startAdapter } from '../subjects/ours.js';

const RATE = 20_000;
const STALL_MS = 2000;
const PING_MS = 200;
/** The venue's patience. Real ones wait for 10 to 30 s; here it is as much shorter as the stall is. */
const PONG_LIMIT_MS = 1500;
/** An event this young means that the backlog is gone. */
const CAUGHT_UP_US = 20_000;
const LONGEST_CATCH_UP_MS = 3000;

const impatient: LoadOptions = { rate: RATE, pingMs: PING_MS, pongLimitMs: PONG_LIMIT_MS };

interface Connected {
  /** Frames in the handler so far. */
  received(): number;
  /** Stamp of the newest. */
  newest(): number;
  isAlive(): boolean;
}

async function stalled(
  { quick }: Settings,
  options: LoadOptions,
  connect: (url: string) => Promise<Connected>,
): Promise<Measured> {
  const load = await Load.start(options);
  const connected = await connect(load.url);
  await sleep(quick ? 500 : 1500);
  const rssBefore = process.memoryUsage.rss();
  block(STALL_MS);
  const end = performance.now();
  const caughtUp = await catchUp(connected, end);
  await sleep(300);
  const alive = connected.isAlive();
  load.setRate(0);
  await sleep(300);
  const { framesDue, pings, pongs } = await load.stats();
  return {
    '': framesDue - connected.received(),
    'pongs-missed': pings - pongs,
    alive: alive ? 1 : 0,
    'peak-rss': (peakRss() - rssBefore) / (1 << 20),
    'catch-up': caughtUp,
  };
}

/** Milliseconds until events are fresh again; NaN where they never are. */
async function catchUp({ newest }: Connected, since: number): Promise<number> {
  while (performance.now() - since < LONGEST_CATCH_UP_MS) {
    await sleep(1);
    if (microsecondsSince(newest()) < CAUGHT_UP_US) return performance.now() - since;
  }
  return Number.NaN;
}

function block(ms: number): void {
  const end = performance.now() + ms;
  while (performance.now() < end);
}

/** The most memory that the process ever had; the main thread cannot look at itself while it is blocked. */
function peakRss(): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024;
  } catch {
    return Number.NaN;
  }
}

async function bare(url: string): Promise<Connected> {
  let received = 0;
  let newest = 0;
  const socket = await startBare(url, ({ params }) => {
    for (const { timestamp } of params?.data ?? []) {
      received += 1;
      newest = timestamp;
    }
  });
  return {
    received: () => received,
    newest: () => newest,
    isAlive: () => socket.readyState === socket.OPEN,
  };
}

export const stallMain: Benchmark = {
  name: 'stall/main',
  about: 'main blocked 2 s at 20 k frames/s: frames lost, pongs missed, peak RSS, ms to catch up',
  method: `The generator sends ${RATE.toLocaleString('en-US')} frames a second, pings every ${PING_MS} ms and drops a peer whose pong is ${PONG_LIMIT_MS} ms late, as venues do
after their own, longer limits. The bot's main thread then computes for ${STALL_MS} ms without a break. Lost is what the generator was to send
less what reached the handler. \`ws\` does not reconnect here; \`ws-patient\` meets a generator that never drops anybody.`,
  figures: [
    { id: '', unit: 'frames', title: 'frames lost', better: 'less', targets: { value: { atMost: 0 } } },
    {
      id: 'pongs-missed',
      unit: 'pongs',
      title: 'pings without an answer',
      better: 'less',
      targets: { value: { atMost: 0 } },
    },
    {
      id: 'alive',
      unit: 'connection',
      title: 'connection alive afterwards (1 yes, 0 no)',
      better: 'more',
      targets: { value: { atLeast: 1 } },
    },
    { id: 'peak-rss', unit: 'MiB', title: 'memory the stall took at its peak', better: 'less' },
    { id: 'catch-up', unit: 'ms', title: 'from the end of the stall to fresh events', better: 'less' },
  ],
  subjects: {
    bulkhead: (settings) =>
      stalled(settings, impatient, async (url) => {
        let received = 0;
        let newest = 0;
        let epochs = 0;
        const adapter = await startAdapter(url, (one) =>
          one
            .on('trades', ({ exchangeTimeMs, length }) => {
              received += length;
              newest = exchangeTimeMs[length - 1]!;
            })
            .on('exit', () => {
              epochs += 1;
            }),
        );
        return {
          received: () => received,
          newest: () => newest,
          isAlive: () => epochs === 0 && adapter.state === 'ready',
        };
      }),
    ws: (settings) => stalled(settings, impatient, bare),
    'ws-patient': (settings) => stalled(settings, { rate: RATE, pingMs: PING_MS }, bare),
  },
};
