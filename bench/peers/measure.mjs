// Measures one client in this process, one of two things: `flood`, frames per second and main-thread time; `drop`, how long it takes
// from a connection that the server drops to the next subscription.
import { countWindow } from '../../dist/bench/kit/rate.js';
import { median } from '../../dist/bench/kit/statistics.js';
import { Load } from '../../dist/bench/load/load.js';
import { clients } from './clients.mjs';

const DROPS = 3;
const REST_MS = 2000;
const LONGEST_RECOVERY_MS = 30_000;
const [, , id, phase, speed] = process.argv;
const settings = { quick: speed === 'quick' };
process.on('disconnect', () => process.exit(0));
// A client whose error nobody hears must not end the measurement; what it then does or does not do is what is measured.
process.on('unhandledRejection', () => undefined);

const { start, dialect } = clients[id];
let frames = 0;
const load = await Load.start(phase === 'flood' ? { dialect } : { dialect, rate: 100 });
await start(load.url, (more) => {
  frames += more;
});
const measured = phase === 'flood' ? await flood() : await drops();
process.send(measured, () => process.exit(0));

async function flood() {
  const { count, seconds, threadSeconds } = await countWindow(settings, () => frames);
  return { framesPerSecond: shown(count / seconds), mainMicroseconds: shown((threadSeconds / count) * 1e6) };
}

async function drops() {
  const times = [];
  for (let drop = 0; drop < (settings.quick ? 1 : DROPS); drop += 1) {
    await sleep(REST_MS);
    times.push(await Promise.race([load.drop(), sleep(LONGEST_RECOVERY_MS, Number.NaN)]));
  }
  return { recoveryMs: shown(median(times)) };
}

function sleep(ms, value) {
  return new Promise((resolve) => setTimeout(resolve, ms, value));
}

function shown(value) {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : null;
}
