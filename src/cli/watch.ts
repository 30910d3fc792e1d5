// `bulkhead watch`: what topics bring, one line for each event, until somebody has had enough.
import { Adapter } from '../adapter/adapter.js';
import { BulkheadError } from '../errors.js';
import type { BatchEvent } from '../batch/batch.js';
import type { PrivateEvent } from '../market.js';
import { Lines } from './lines.js';
import { Ending } from './run.js';
import { adapterOptions, exchangeOf, type VenueFlags } from './venue-options.js';
import { eventJson, eventText } from './event-text.js';

export interface WatchOptions extends VenueFlags {
  readonly exchange: string;
  readonly topics: readonly string[];
  /** Events after which it ends. */
  readonly count?: number;
  /** Levels of each side of whole books; left out: changes of books. */
  readonly depth?: number;
  /** Seconds after which it ends. */
  readonly length?: number | undefined;
  readonly json: boolean;
  readonly signal: AbortSignal;
}

/** Resolves with the exit code. @throws UsageError, TypeError, BulkheadError */
export async function watch(options: WatchOptions): Promise<number> {
  const { topics, json, length, depth, signal } = options;
  const exchange = exchangeOf(options.exchange);
  const adapter = new Adapter(exchange, {
    ...adapterOptions(exchange, options),
    topics,
    ...(depth === undefined ? {} : { books: { depth } }),
  });
  const ending = new Ending(signal);
  const ends = ending.signal;
  const printer = new Printer(new Lines(ends), json, options.count ?? Number.POSITIVE_INFINITY, () =>
    ending.come(),
  );
  tellStates(adapter);
  listenToAccount(adapter, (event) => void printer.print(event));
  const close = (): void => void adapter.close();
  ends.addEventListener('abort', close, { once: true });
  if (ends.aborted) close();
  try {
    await adapter.connect();
    ending.after(length);
    const { confirmed } = adapter.topics;
    if (confirmed.length === 0 && !ends.aborted) throw refusal(exchange);
    for await (const batch of adapter.events()) for (const event of batch) await printer.print(event);
  } catch (error) {
    // What closed it early was asked for.
    if (!ends.aborted) throw error;
  } finally {
    ending.come();
    await adapter.close();
  }
  return 0;
}

function refusal(exchange: string): BulkheadError {
  return new BulkheadError('request-rejected', `${exchange} refused every topic; look at their names`, {
    exchange,
  });
}

class Printer {
  readonly #lines: Lines;
  readonly #json: boolean;
  readonly #enough: () => void;
  #left: number;

  constructor(lines: Lines, json: boolean, count: number, enough: () => void) {
    this.#lines = lines;
    this.#json = json;
    this.#left = count;
    this.#enough = enough;
  }

  async print(event: BatchEvent | PrivateEvent): Promise<void> {
    if (this.#left <= 0) return;
    this.#left -= 1;
    await this.#lines.write(this.#json ? eventJson(event) : eventText(event));
    if (this.#left <= 0) this.#enough();
  }
}

function tellStates(adapter: Adapter): void {
  const tell = (line: string): void => void process.stderr.write(`${line}\n`);
  adapter.on('status', ({ state, socket, reason }) => {
    if (state === 'ready') tell(`${adapter.name} ${socket} is READY`);
    if (state === 'waiting')
      tell(`${adapter.name} ${socket} ended (${reason ?? 'unknown'}) and connects again`);
  });
  adapter.on('restored', ({ failed }) => {
    for (const { topic, error } of failed) tell(`${adapter.name} refused ${topic}: ${error.message}`);
  });
}

function listenToAccount(adapter: Adapter, print: (event: PrivateEvent) => void): void {
  adapter.on('order', (order, topic) => print({ kind: 'order', topic, order }));
  adapter.on('fill', (fill, topic) => print({ kind: 'fill', topic, fill }));
  adapter.on('position', (position, topic) => print({ kind: 'position', topic, position }));
  adapter.on('balance', (balance, topic) => print({ kind: 'balance', topic, balance }));
  adapter.on('account', (event) => print(event));
}
