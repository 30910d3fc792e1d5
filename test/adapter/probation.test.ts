// Topics that a venue acknowledges and then closes the connection over, and servers that flap by themselves; on a clock set by hand.
import { expect } from 'chai';
import fc from 'fast-check';
import { runs } from '../support/random-runs.js';
import { idOf, Play, topicsOf } from './play.js';

const MINUTE_MS = 60_000;
const ACK_MS = 20;
const names = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);

interface VenueOptions {
  readonly poison?: string;
  /** How long after the acknowledgement of the poison it closes. */
  readonly closesAfterMs?: number;
  /** How long a connection lives in any case. */
  lifeMs?(life: number): number;
}

/** Answers each subscribe, and ends connections. */
class Venue {
  readonly play: Play;
  lives = 0;
  readonly #options: VenueOptions;
  readonly #random: () => number;
  #read = 0;
  #frames: string[] = [];

  constructor(play: Play, options: VenueOptions, random: () => number = () => 0.5) {
    this.play = play;
    this.#options = options;
    this.#random = random;
  }

  /** Lets so much time pass. */
  run(ms: number): void {
    const end = this.play.now + ms;
    while (this.play.now < end) this.#live(end);
  }

  /** One connection, from its connect to its death or the end of the time. */
  #live(end: number): void {
    const { play } = this;
    if (play.phase === 'waiting') play.fire('backoff');
    let diesAt = play.now + (this.#options.lifeMs?.(this.lives) ?? Number.POSITIVE_INFINITY);
    if (play.phase === 'connecting') {
      this.lives += 1;
      play.open();
    }
    while (play.now < end) {
      play.random = this.#random();
      const frame = this.#asked();
      const [timer, at] = this.#nextTimer();
      const next = frame === undefined ? at : play.now + ACK_MS;
      if (Math.min(next, diesAt) >= end) {
        play.now = end;
        return;
      }
      if (diesAt <= next) {
        play.now = diesAt;
        return play.exit('socket-closed', play.state.epoch, { closeCode: 1_006 });
      }
      if (frame === undefined) {
        if (timer !== undefined) play.fire(timer);
        continue;
      }
      play.now = next;
      play.reply(idOf(frame), topicsOf(frame));
      const { poison, closesAfterMs = 50 } = this.#options;
      if (poison !== undefined && topicsOf(frame).includes(poison))
        diesAt = Math.min(diesAt, play.now + closesAfterMs);
    }
  }

  /** The oldest question that waits for an answer. Long lives have many outputs, so each is read once. */
  #asked(): string | undefined {
    const { outputs, state } = this.play;
    for (; this.#read < outputs.length; this.#read += 1) {
      const output = outputs[this.#read];
      if (output?.type === 'send-frame') this.#frames.push(output.frame);
    }
    this.#frames = this.#frames.filter((frame) => state.requests.has(idOf(frame)));
    return this.#frames[0];
  }

  #nextTimer() {
    const timers = [...this.play.timers].sort(([, one], [, other]) => one - other);
    return timers[0] ?? ([undefined, Number.POSITIVE_INFINITY] as const);
  }
}

function connected(count: number): Play {
  const play = new Play({ backoff: { baseMs: 100, capMs: 10_000 } });
  play.subscribe(...names(count));
  play.connect();
  return play;
}

describe('a topic that is acknowledged and then closes the connection', () => {
  it('is found, quarantined, reported and told, while all others go on', () => {
    const play = connected(64);
    const venue = new Venue(play, { poison: 't20' });
    venue.run(20 * MINUTE_MS);
    expect(play.phase).to.equal('ready');
    expect(play.state.topics.quarantined).to.deep.equal(['t20']);
    expect(play.state.topics.confirmed).to.have.length(63);
    expect(play.all('emit-restored').at(-1)?.report).to.deep.include({ quarantined: ['t20'], failed: [] });
    const told = play.all('emit-revoked').map(({ topic, error }) => [topic, error.code]);
    expect(told).to.deep.equal([['t20', 'closes-connection']]);
    expect(venue.lives).to.be.at.most(5 + 6 + 3 + 1);
  });

  it('holds the others back for moments only, and reports what it holds back', () => {
    const play = connected(8);
    new Venue(play, { poison: 't3' }).run(20 * MINUTE_MS);
    const reports = play.all('emit-restored').map(({ report }) => report);
    for (const { restored, failed, quarantined } of reports)
      expect([...restored, ...failed.map(({ topic }) => topic), ...quarantined]).to.have.members(names(8));
    const alone = reports.filter(({ failed }) => failed.length === 1);
    expect(alone.flatMap(({ failed }) => failed.map(({ error }) => error.code))).to.include('held-back');
    expect(reports.at(-1)?.restored).to.have.length(7);
  });

  it('may be asked for again by the user', () => {
    const play = connected(4);
    const poison = new Venue(play, { poison: 't2' });
    poison.run(20 * MINUTE_MS);
    expect(play.state.topics.quarantined).to.deep.equal(['t2']);
    play.subscribe('t2');
    new Venue(play, {}).run(MINUTE_MS);
    expect(play.state.topics.confirmed).to.have.length(4);
  });

  it('convicts nobody where there is no other topic to bear witness', () => {
    const play = connected(1);
    new Venue(play, { poison: 't0' }).run(60 * MINUTE_MS);
    expect(play.state.topics.quarantined).to.deep.equal([]);
  });
});

describe('a server that flaps by itself', () => {
  const lives: Readonly<Record<string, (random: () => number) => number>> = {
    'at once': () => 100,
    'after a second': () => 1_000,
    'after half a minute': () => 31_000,
    'after three quarters of a minute': () => 45_000,
    'at random, soon': (random) => random() * 800,
    'at random, mostly later': (random) => -Math.log(1 - random()) * 40_000,
    'now at once, now much later': (random) =>
      random() < 0.7 ? 100 + random() * 300 : 30_000 + random() * 30_000,
  };

  for (const [how, life] of Object.entries(lives)) {
    it(`${how} gets no topic quarantined, and has all of them back when it is well`, () => {
      fc.assert(
        fc.property(fc.integer(), fc.integer({ min: 2, max: 40 }), (seed, count) => {
          const random = randomOf(seed);
          const play = connected(count);
          new Venue(play, { lifeMs: () => life(random) }, random).run(20 * MINUTE_MS);
          expect(play.state.topics.quarantined).to.deep.equal([]);
          expect(play.all('emit-revoked')).to.deep.equal([]);
          new Venue(play, {}, random).run(3 * MINUTE_MS);
          expect(play.phase).to.equal('ready');
          expect(play.state.topics.confirmed).to.have.length(count);
        }),
        { numRuns: runs(10) },
      );
    });
  }

  it('has all topics at each restore while it lives for a second or more', () => {
    const play = connected(10);
    new Venue(play, { lifeMs: () => 1_000 }).run(10 * MINUTE_MS);
    for (const { report } of play.all('emit-restored')) expect(report.restored).to.have.length(10);
  });
});

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
