// The parts of docs/performance.md that are written by hand.
import type { ResultsFile } from './page.js';
import { shortNumber } from './plot.js';

export const introduction = `A socket in a thread of its own pays when the bot's main thread stays free and the price of the hop stays small. This page says
what both are, side by side with what a bot would use instead: \`ws\` on the main thread, one Comlink call per frame, a Worker that
is started when it is needed. Figures of one machine mean little on another; ratios carry further.`;

export const rerun = `## How to rerun it

    npm run bench -- --output docs/performance/results.json   # all of it, about 20 minutes
    npm run bench -- throughput latency --quick               # some of it, roughly
    npm run bench:report                                      # this page, from docs/performance/results.json
    npm ci --prefix bench/peers && npm run bench:peers        # the peers, into docs/performance/peers.json

Every subject runs in a process of its own, in turns (A B C A B C), several rounds; the value is the median of the rounds. Load comes from
processes of its own over loopback, which write frames that were built before. Connecting and warming up are not measured. Two cores are
shared by the subject, its threads and the generator, so anything else that runs on the machine is in the figures: the load average says
how much that was. Memory and processor figures are read from \`/proc\`, so some rows are empty on other systems than Linux.`;

/** The bound that no design can pass, and how near it is. */
export function limits({ results }: ResultsFile): string {
  const messages = results.find(({ name }) => name === 'throughput/messages');
  const events = results.find(({ name }) => name === 'main-thread/events');
  const process = results.find(({ name }) => name === 'main-thread/events:process');
  const reached = messages?.ratios['json-parse'];
  const share = reached == null ? 'not measured' : `${shortNumber(reached * 100)} %`;
  return `## Where the limit is

With delivery \`messages\` each object has to be made by \`JSON.parse\` on the main thread, so \`JSON.parse\` alone is the limit: ${share} of it
is reached. What is left is turning bytes into a string for each message, the handler, and garbage collection of the objects; nothing of the
socket is left on the main thread.

With delivery \`events\` the main thread makes no objects: ${shortNumber(events?.value ?? Number.NaN)} us per trade are the batch's
message from thread to thread, spread over its events, and reading the columns. The limit moves into the worker, where a trade costs
${shortNumber((process?.value ?? Number.NaN) - (events?.value ?? Number.NaN))} us: about two thirds of it is \`JSON.parse\`, a quarter is
\`ws\` finding the frame, checking its UTF-8 and emitting it, and the rest is checking and writing the columns. A decoder that reads the
numbers out of the bytes without \`JSON.parse\` is the only large step left; it would give up the checks that come for free with it.

The hop costs two wake-ups of a sleeping thread and two structured clones of a small object, which latency shows and throughput does not:
a batch of one is as dear as a batch of thousands.`;
}
