// A sink that writes down every call as plain data, so that a test can say exactly what a frame meant.
import type { DecodeSink, Exchange } from '../../src/exchanges/exchange.js';

/** A call of the sink: its name, then its arguments as given. */
export type SinkCall = readonly [name: keyof DecodeSink, ...arguments_: unknown[]];

export interface RecordingSink extends DecodeSink {
  readonly calls: SinkCall[];
}

const names = [
  'trade',
  'quote',
  'book',
  'level',
  'message',
  'private',
  'reply',
  'refusal',
  'confirmed',
  'refused',
  'subscribed',
  'frameSequence',
  'revoked',
  'answer',
  'alive',
  'notice',
] as const satisfies readonly (keyof DecodeSink)[];

export function recordingSink(): RecordingSink {
  const calls: SinkCall[] = [];
  const recorders = names.map((name) => [name, (...values: unknown[]) => calls.push([name, ...values])]);
  return { calls, ...(Object.fromEntries(recorders) as Record<(typeof names)[number], () => void>) };
}

/** What a frame means to an exchange: the sink's calls, and the problem where there is one. */
export function decoded(
  exchange: Pick<Exchange, 'decode'>,
  frame: string,
): { readonly calls: readonly SinkCall[]; readonly problem: string | undefined } {
  const sink = recordingSink();
  const problem = exchange.decode(frame, sink);
  return { calls: sink.calls, problem };
}
