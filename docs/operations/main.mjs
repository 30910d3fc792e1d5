// The frame of a bot as bulkhead-bot.service runs it: node main.mjs fleet.yaml. What trades is yours, and goes where the comments say.
import { once } from 'node:events';
import { Fleet, readFleetConfig } from 'bulkhead-ws';

const { options, serve } = await readFleetConfig(process.argv[2]);
const fleet = new Fleet({
  ...options,
  onAdapter: (adapter, name) => {
    // Your listeners, also of an adapter that takes the place of one that failed.
    adapter.on('status', ({ state }) => console.log(`${name}: ${state}`));
  },
});
fleet.on('gave-up', (name, error) => console.error(`wake somebody: ${name}: ${error.message}`));

const stop = once(process, 'SIGTERM');
await fleet.serve(serve);
// Your strategy begins here. A start that takes long does not hold up the stop.
void fleet.start();
await stop;
// No order goes out from here on. `TimeoutStopSec` of the unit is longer than this deadline.
await fleet.stop({ cancelAll: true, deadlineMs: 10_000 });
