import { expect } from 'chai';
import { Counters } from '../../src/client/counters.js';
import { numberOf, write } from './numbered.js';
import { Recording } from './recording.js';

/** Lets the main thread come in between at one certain look at its count. */
class CountersWithTurn extends Counters {
  #looks = Number.POSITIVE_INFINITY;
  #turn = (): void => {};

  /** Whether that look has not come yet. */
  get isTurnOpen(): boolean {
    return this.#looks > 0;
  }

  beforeLook(number: number, turn: () => void): void {
    this.#looks = number;
    this.#turn = turn;
  }

  override get batchesRead(): number {
    this.#looks -= 1;
    if (this.#looks === 0) this.#turn();
    return super.batchesRead;
  }
}

describe('the market lane', () => {
  it('sends a single event at once where there is credit', () => {
    const recording = new Recording();
    write(recording.lane, { kind: 'trade', topic: 0 }, 0);
    recording.lane.flush();
    expect(recording.batches).to.have.length(1);
    expect(recording.counters.get('batchesPosted')).to.equal(1);
    expect(recording.counters.get('queuedEntries')).to.equal(0);
  });

  it('sends nothing where nothing happened', () => {
    const recording = new Recording();
    recording.lane.flush();
    expect(recording.batches).to.have.length(0);
    expect(recording.lane.drain()).to.deep.equal([]);
  });

  it('collects while no batch is answered and sends all of it in one batch with the next answer', async () => {
    const recording = new Recording({ maxInFlight: 2 });
    for (let number = 0; number < 50; number += 1) {
      write(recording.lane, { kind: 'quote', topic: 0 }, number);
      recording.lane.flush();
    }
    expect(recording.mostInFlight).to.equal(2);
    expect(recording.lane.entries).to.equal(48);
    expect(recording.counters.get('queuedEntries')).to.equal(48);
    expect(recording.counters.get('queuedBytes')).to.equal(recording.lane.bytes);
    recording.acknowledge();
    expect(recording.batches.map(({ length }) => length)).to.deep.equal([1, 1, 48]);
    expect(recording.lane.entries).to.equal(0);
  });

  it('asks to be woken only where something waits, and sees a credit without being woken', () => {
    const recording = new Recording({ maxInFlight: 1 });
    const put = (number: number): void => {
      write(recording.lane, { kind: 'trade', topic: 0 }, number);
      recording.lane.flush();
    };
    put(0);
    expect(recording.acknowledge(), 'nothing waits').to.equal(false);
    put(1);
    put(2);
    expect(recording.batches).to.have.length(2);
    expect(recording.acknowledge(), 'one waits').to.equal(true);
    expect(recording.acknowledge()).to.equal(false);
    expect(recording.events.map(numberOf)).to.deep.equal([0, 1, 2]);
  });

  for (const look of [1, 2, 3, 4, 5]) {
    it(`leaves nothing behind where the main thread is done just before the lane's look number ${look}`, () => {
      const counters = new CountersWithTurn();
      const recording = new Recording({ maxInFlight: 1, counters });
      write(recording.lane, { kind: 'trade', topic: 0 }, 0);
      recording.lane.flush();
      write(recording.lane, { kind: 'trade', topic: 0 }, 1);
      let isAwaited = false;
      counters.beforeLook(look, () => {
        isAwaited = recording.read();
      });
      recording.lane.flush();
      if (isAwaited || counters.isTurnOpen) recording.acknowledge();
      expect(recording.events.map(numberOf)).to.deep.equal([0, 1]);
    });
  }

  it('goes on where the count of batches begins anew after 2^31', () => {
    const counters = new Counters();
    new Int32Array(counters.buffer)[2] = 2 ** 31 - 2;
    const recording = new Recording({ maxInFlight: 1, counters });
    for (let number = 0; number < 6; number += 1) {
      write(recording.lane, { kind: 'trade', topic: 0 }, number);
      recording.lane.flush();
      expect(recording.inFlight).to.equal(1);
      recording.acknowledge();
    }
    expect(counters.batchesRead).to.be.lessThan(0);
    expect(recording.events.map(numberOf)).to.deep.equal([0, 1, 2, 3, 4, 5]);
  });

  it('posts in the middle of a socket read what fills a batch, as soon as there is credit', () => {
    const recording = new Recording({ bounds: { maxEntries: 80 }, maxInFlight: 1 });
    for (let number = 0; number < 25; number += 1) write(recording.lane, { kind: 'trade', topic: 0 }, number);
    expect(recording.batches).to.have.length(1);
    recording.counters.addBatchRead();
    for (let number = 25; number < 40; number += 1)
      write(recording.lane, { kind: 'trade', topic: 0 }, number);
    expect(recording.batches).to.have.length(2);
    recording.drain();
    expect(recording.events.map(numberOf)).to.deep.equal(Array.from({ length: 40 }, (_, number) => number));
  });

  it('gives everything that waits at the exit, credit or not, in order and with the names', () => {
    const recording = new Recording({ bounds: { maxEntries: 40 }, maxInFlight: 1 });
    write(recording.lane, { kind: 'trade', topic: 0 }, 0);
    recording.lane.flush();
    for (let number = 1; number < 20; number += 1)
      write(recording.lane, { kind: 'trade', topic: number % 3 }, number);
    recording.drain();
    expect(recording.events.map(numberOf)).to.deep.equal(Array.from({ length: 20 }, (_, number) => number));
    expect(recording.lane.entries).to.equal(0);
  });

  it('keeps names right that come up while sealed batches wait', async () => {
    const recording = new Recording({ bounds: { maxEntries: 32 }, maxInFlight: 1 });
    const trade = (number: number): void =>
      recording.lane.trade(`topic ${number}`, `symbol ${number}`, 'buy', 1, 1, 1, number, '');
    for (let number = 0; number < 12; number += 1) trade(number);
    recording.lane.flush();
    recording.acknowledge();
    for (let number = 12; number < 24; number += 1) {
      trade(number);
      if (number > 16) recording.acknowledge();
    }
    recording.drain();
    const trades = recording.batches.flatMap((batch) => [...batch.trades]);
    expect(trades.map(({ topic }) => topic)).to.deep.equal(trades.map((_, number) => `topic ${number}`));
    expect(trades.map(({ symbol }) => symbol)).to.deep.equal(trades.map((_, number) => `symbol ${number}`));
    expect(trades).to.have.length(24);
  });

  it('knows the last sequence of what was sealed before it was sent', async () => {
    const recording = new Recording({ bounds: { maxEntries: 16 }, maxInFlight: 1 });
    for (let number = 0; number < 8; number += 1) write(recording.lane, { kind: 'trade', topic: 0 }, number);
    recording.lane.flush();
    recording.acknowledge();
    const last = recording.batches.at(-1)!.trades.at(-1 + recording.batches.at(-1)!.length).sequence;
    for (let number = 8; number < 40; number += 1) write(recording.lane, { kind: 'trade', topic: 0 }, number);
    recording.drain();
    const [gap] = recording.batches.flatMap(({ gaps }) => gaps);
    expect(gap?.fromSequence).to.equal(last);
    expect(recording.batches.filter(({ gaps }) => gaps.length > 0)).to.have.length(1);
  });

  it('puts a gap where it was noticed, also if what stood around it is dropped', () => {
    const gap = { topic: 'trade.0', reason: 'sequence', epoch: 7, noticedAtNs: 1 } as const;
    const recording = new Recording({ bounds: { maxEntries: 8 }, maxInFlight: 0 });
    write(recording.lane, { kind: 'trade', topic: 0 }, 0);
    recording.lane.gap(gap);
    for (let number = 1; number < 20; number += 1) write(recording.lane, { kind: 'quote', topic: 0 }, number);
    recording.drain();
    expect(recording.batches[0]?.gaps).to.deep.include(gap);
  });

  it('lets only the latest of a listed topic cross, and every event of the others', () => {
    const recording = new Recording({ conflate: ['quote.0'], maxInFlight: 0 });
    for (let number = 0; number < 400; number += 1)
      write(recording.lane, { kind: 'quote', topic: number % 2 }, number);
    expect(recording.lane.entries).to.equal(201);
    recording.drain();
    const listed = recording.events.filter(
      (event) => event.kind === 'quote' && event.quote.topic === 'quote.0',
    );
    expect(listed.map(numberOf)).to.deep.equal([398]);
    expect(recording.counters.get('framesDropped')).to.equal(199);
  });

  it('keeps the bytes of a listed topic bounded by what is left of it', () => {
    const recording = new Recording({ conflate: ['ticker'], maxInFlight: 0 });
    for (let number = 0; number < 500; number += 1)
      recording.lane.message('ticker', 'x'.repeat(1000 + number));
    expect(recording.lane.bytes).to.be.at.most(1600);
    recording.drain();
    expect(recording.batches[0]?.messages.text(0)).to.have.length(1499);
  });

  it('conflates the symbols of a listed topic one by one', () => {
    const recording = new Recording({ conflate: ['all'], maxInFlight: 0 });
    for (const symbol of ['A', 'B', 'A']) recording.lane.quote('all', symbol, 1, 1, 2, 1, 0, 0);
    recording.drain();
    expect(
      recording.events.flatMap((event) => (event.kind === 'quote' ? event.quote.symbol : [])),
    ).to.deep.equal(['B', 'A']);
  });

  it('keeps the changes of a listed book until a snapshot replaces them', () => {
    const recording = new Recording({ conflate: ['book.0'], maxInFlight: 0 });
    for (let number = 0; number < 5; number += 1) write(recording.lane, { kind: 'change', topic: 0 }, number);
    expect(recording.lane.entries).to.equal(5);
    write(recording.lane, { kind: 'snapshot', topic: 0 }, 5);
    write(recording.lane, { kind: 'change', topic: 0 }, 6);
    recording.drain();
    expect(recording.events.map(numberOf)).to.deep.equal([5, 6]);
  });

  it('refuses a level that belongs to no book', () => {
    const { lane } = new Recording();
    lane.book('b', 'S', 'snapshot', 1, 1, 0);
    lane.level('bid', 1, 1);
    lane.trade('t', 'S', 'buy', 1, 1, 1, 1, '1');
    expect(() => lane.level('bid', 1, 1)).to.throw(TypeError, 'book()');
  });
});
