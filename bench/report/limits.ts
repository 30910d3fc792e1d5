// The part of docs/performance.md about the bound that no design can pass, and how near it is. Every figure in it was measured in the
// run that the page is about; what was not measured is not said.
import type { ResultsFile } from './page.js';
import { shortNumber } from './plot.js';

export function limits(file: ResultsFile): string {
  const parts = [messagesLimit(file), eventsLimit(file), hopLimit(file)].filter((part) => part !== undefined);
  return parts.length === 0 ? '' : `## Where the limit is\n\n${parts.join('\n\n')}`;
}

function messagesLimit(file: ResultsFile): string | undefined {
  const reached = ratioOf(file, 'throughput/messages', 'json-parse');
  const main = ownOf(file, 'throughput/messages:main-cpu');
  const parse = baselineOf(file, 'throughput/messages:main-cpu', 'json-parse');
  if (reached === undefined || main === undefined || parse === undefined) return undefined;
  return `With delivery \`messages\` each object has to be made by \`JSON.parse\` on the main thread, so \`JSON.parse\` alone is the limit:
${percent(reached)} of it is reached. A message costs the main thread ${shortNumber(main)} us of processor time, and parsing it alone ${shortNumber(parse)} us:
what lies between is turning bytes into a string, the handler, and garbage collection. The rest of the distance is time in which the main
thread waits, because the thread of the socket or the load generator has the processor. Nothing of the socket is left on the main thread.`;
}

function eventsLimit(file: ResultsFile): string | undefined {
  const main = ownOf(file, 'main-thread/events:cpu');
  const all = ownOf(file, 'main-thread/events:process');
  const parse = baselineOf(file, 'main-thread/events:cpu', 'json-parse');
  const bare = baselineOf(file, 'main-thread/events:cpu', 'ws');
  if (main === undefined || all === undefined || parse === undefined || bare === undefined) return undefined;
  const worker = all - main;
  const [parsing, socket] = [parse / worker, (bare - parse) / worker];
  return `With delivery \`events\` the main thread makes no objects: ${shortNumber(main)} us of processor time per trade are the batch's message from
thread to thread, spread over its events, and reading the columns. The limit moves into the worker, where a trade costs ${shortNumber(worker)} us.
\`JSON.parse\` of the whole frame would be ${percent(parsing)} of that, going by what it takes alone; the part that is the same in every frame is
compared instead of parsed, which saves a fifth of it. Finding the frame, checking its UTF-8 and emitting it takes ${percent(socket)}, going by what a
bare \`ws\` takes beside the parsing; the rest is checking and writing the columns, and garbage collection. A decoder that reads the numbers
out of the bytes without \`JSON.parse\` is the only large step left; it would give up the checks that come for free with it.`;
}

function hopLimit(file: ResultsFile): string | undefined {
  const ours = ownOf(file, 'latency/hop');
  const bare = baselineOf(file, 'latency/hop', 'ws');
  const slow = ownOf(file, 'main-thread/events:10k');
  const fast = ownOf(file, 'main-thread/events:100k');
  if (ours === undefined || bare === undefined || slow === undefined || fast === undefined) return undefined;
  return `The hop costs the wake-up of a sleeping thread and one structured clone of a small object: ${shortNumber(ours - bare)} us in the middle at 10,000 frames
a second, each sent by itself. A batch of one is as dear as a batch of many, so a trade keeps the main thread busy for ${shortNumber(slow)} us at 10,000
trades a second and for ${shortNumber(fast)} us at 100,000. Where its tail comes from, and what was tried against it:
[decisions/tail-latency.md](decisions/tail-latency.md).`;
}

const percent = (share: number): string => `${shortNumber(share * 100)} %`;

function resultOf({ results }: ResultsFile, name: string) {
  return results.find((result) => result.name === name);
}

function ownOf(file: ResultsFile, name: string): number | undefined {
  return resultOf(file, name)?.value ?? undefined;
}

function baselineOf(file: ResultsFile, name: string, baseline: string): number | undefined {
  return resultOf(file, name)?.baselines[baseline] ?? undefined;
}

function ratioOf(file: ResultsFile, name: string, baseline: string): number | undefined {
  return resultOf(file, name)?.ratios[baseline] ?? undefined;
}
