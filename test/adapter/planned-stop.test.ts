// A venue that says beforehand that it will end a connection, and whose books begin with a snapshot over HTTP.
import { expect } from 'chai';
import { Adapter, type Exit, type Gap, type RotationReport } from '../../src/index.js';
import { startSimulator } from '../../src/testing/index.js';
import type { SimulatedExchange } from '../../src/testing/index.js';
import { waitFor } from '../support/wait-for.js';

const TRADES = 'btcusdt@trade';
const BOOK = 'btcusdt@depth@100ms';

/** Checks the stream of trades and of the book, whose updates cover ranges of numbers. */
class Watch {
  readonly gaps: Gap[] = [];
  readonly exits: Exit[] = [];
  readonly reports: RotationReport[] = [];
  readonly violations: string[] = [];
  trades = 0;
  changes = 0;
  snapshots = 0;
  #lastTrade: number | undefined;
  #lastChange: number | undefined;

  constructor(adapter: Adapter) {
    adapter
      .on('gap', (gap) => void this.gaps.push(gap))
      .on('exit', (exit) => void this.exits.push(exit))
      .on('rotated', (report) => void this.reports.push(report))
      .on('trades', (trades) => {
        for (const { sequence } of trades) this.#trade(sequence);
      })
      .on('books', (books) => {
        for (const { type, sequence, previousSequence } of books)
          this.#book(type, sequence, previousSequence);
      });
  }

  async flowing(): Promise<void> {
    const { trades, changes } = this;
    await waitFor(() => this.trades > trades + 5 && this.changes > changes + 5, 'trades and a book to flow');
  }

  expectWhole(): void {
    expect(this.violations, 'violations').to.deep.equal([]);
    expect(this.gaps, 'gaps').to.deep.equal([]);
    expect(this.snapshots, 'one snapshot, at the beginning').to.equal(1);
  }

  #trade(sequence: number): void {
    this.trades += 1;
    if (this.#lastTrade !== undefined && sequence !== this.#lastTrade + 1)
      this.violations.push(`trade ${sequence} follows ${this.#lastTrade}`);
    this.#lastTrade = sequence;
  }

  #book(type: 'snapshot' | 'change', sequence: number, previous: number): void {
    if (type === 'snapshot') this.snapshots += 1;
    else this.changes += 1;
    if (type === 'change' && !(previous <= (this.#lastChange ?? Number.NaN) && sequence > this.#lastChange!))
      this.violations.push(`change ${previous} to ${sequence} follows ${this.#lastChange}`);
    this.#lastChange = sequence;
  }
}

describe('a connection whose end the venue tells beforehand', () => {
  let venue: SimulatedExchange;
  let adapter: Adapter;
  let watch: Watch;

  beforeEach(async () => {
    venue = await startSimulator('binance', { eventsPerSecond: 100 });
    adapter = new Adapter('binance', {
      url: venue.url,
      topics: [TRADES, BOOK],
      connection: { spares: 0 },
    });
    watch = new Watch(adapter);
    await adapter.connect();
    await watch.flowing();
  });
  afterEach(async () => {
    await adapter.close();
    await venue.close();
  });

  it('is replaced before it comes, and nothing is missing', async () => {
    venue.inject({ kind: 'planned-stop', closeAfterMs: 5_000 });
    await waitFor(() => watch.reports.length === 1, 'the rotation');
    expect(watch.exits.map(({ code }) => code)).to.deep.equal(['closed']);
    await watch.flowing();
    watch.expectWhole();
  });

  it('rotates without a hole in a book whose snapshot comes over HTTP, again and again', async () => {
    for (let count = 0; count < 4; count += 1) {
      await adapter.rotate();
      await watch.flowing();
    }
    expect(watch.reports).to.have.length(4);
    watch.expectWhole();
  });
});
