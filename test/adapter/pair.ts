// A simulated Deribit and one adapter whose stream is checked event by event; nothing may be left behind at the end.
import { expect } from 'chai';
import { Adapter, type AdapterOptions, type Exit, type Gap, type RotationReport } from '../../src/index.js';
import { type DeribitOptions, SimulatedDeribit } from '../../src/testing/index.js';
import { activeResources, expectNothingLeft, type ResourceCount } from '../support/leaks.js';
import { waitFor } from '../support/wait-for.js';

export const credentials = { clientId: 'test-client', clientSecret: 'test-secret' } as const;
export const TRADES = 'trades.BTC-PERPETUAL.raw';
export const BOOK = 'book.BTC-PERPETUAL.raw';
export const TOPICS = [TRADES, BOOK];

export class Pair {
  readonly venue: SimulatedDeribit;
  readonly adapter: Adapter;
  readonly gaps: Gap[] = [];
  readonly exits: Exit[] = [];
  readonly reports: RotationReport[] = [];
  readonly states: string[] = [];
  trades = 0;
  bookUpdates = 0;
  /** What must never happen, in words. */
  readonly violations: string[] = [];
  #lastTrade: number | undefined;
  #lastChange: number | undefined;
  readonly #before: ResourceCount;

  static async open(
    options: AdapterOptions<'deribit'> = {},
    venueOptions: DeribitOptions = {},
  ): Promise<Pair> {
    const before = await activeResources();
    const venue = await SimulatedDeribit.start({ eventsPerSecond: 200, limits: null, ...venueOptions });
    return new Pair(venue, before, options);
  }

  private constructor(
    venue: SimulatedDeribit,
    before: ResourceCount,
    { connection, ...options }: AdapterOptions<'deribit'>,
  ) {
    this.venue = venue;
    this.#before = before;
    this.adapter = new Adapter('deribit', {
      url: venue.url,
      credentials,
      topics: TOPICS,
      backoff: { baseMs: 0, capMs: 0 },
      connection: { spares: 0, ...connection },
      ...options,
    });
    this.adapter
      .on('gap', (gap) => this.#gap(gap))
      .on('exit', (exit) => void this.exits.push(exit))
      .on('rotated', (report) => void this.reports.push(report))
      .on('status', ({ state }) => void this.states.push(state))
      .on('trades', (trades) => {
        for (const { topic, sequence } of trades) if (topic === TRADES) this.#trade(sequence);
      })
      .on('books', (books) => {
        for (const { topic, type, sequence, previousSequence } of books)
          if (topic === BOOK) this.#book(type, sequence, previousSequence);
      });
  }

  async connected(): Promise<this> {
    await this.adapter.connect();
    await this.flowing();
    return this;
  }

  /** Resolves once more trades have come. */
  async flowing(more = 5): Promise<void> {
    const before = this.trades;
    await waitFor(() => this.trades >= before + more && this.bookUpdates > 0, 'trades to flow');
  }

  /** Resolves once so many connections are READY. */
  async ready(count: number): Promise<void> {
    await waitFor(() => this.adapter.sockets[0]?.ready === count, `${count} connections to be READY`);
  }

  /** What holds for every stream without a hole. */
  expectWhole(): void {
    expect(this.violations, 'violations').to.deep.equal([]);
    expect(this.gaps, 'gaps').to.deep.equal([]);
  }

  expectLive(connections: number): void {
    const { opens, exits, framesAfterExit } = this.adapter.stats();
    expect(opens - exits).to.equal(connections);
    expect(exits).to.equal(this.exits.length);
    expect(framesAfterExit).to.equal(0);
  }

  async close(): Promise<void> {
    await this.adapter.close();
    await this.venue.close();
    await expectNothingLeft(this.#before);
  }

  #gap(gap: Gap): void {
    this.gaps.push(gap);
    if (gap.topic === TRADES) this.#lastTrade = undefined;
    if (gap.topic === BOOK) this.#lastChange = undefined;
  }

  #trade(sequence: number): void {
    this.trades += 1;
    if (this.#lastTrade !== undefined && sequence !== this.#lastTrade + 1)
      this.violations.push(`trade ${sequence} follows ${this.#lastTrade}`);
    this.#lastTrade = sequence;
  }

  #book(type: 'snapshot' | 'change', sequence: number, previousSequence: number): void {
    this.bookUpdates += 1;
    if (type === 'snapshot' && this.#lastChange !== undefined)
      this.violations.push(`snapshot ${sequence} in the middle of the stream`);
    if (type === 'change' && previousSequence !== this.#lastChange)
      this.violations.push(`change ${sequence} of ${previousSequence} follows ${this.#lastChange}`);
    this.#lastChange = sequence;
  }
}
