import { expect } from 'chai';
import fc from 'fast-check';
import { idOf, Play, topicsOf } from './play.js';

const names = (count: number) => Array.from({ length: count }, (_, index) => `t${index}`);
const asked = (play: Play) => play.sent().filter((frame) => frame.startsWith('subscribe'));

/** Answers as a venue does that refuses a whole call because of one topic, without saying which. Returns the calls it took. */
function answerAllOrNothing(play: Play, poison: ReadonlySet<string>): number {
  let calls = 0;
  for (;;) {
    const frame = asked(play).find((text) => play.state.requests.has(idOf(text)));
    if (frame === undefined) return calls;
    calls += 1;
    const topics = topicsOf(frame);
    if (topics.some((topic) => poison.has(topic))) play.refuse(idOf(frame), 'bad-call');
    else play.reply(idOf(frame), topics);
  }
}

describe('a venue that refuses a whole call because of one topic', () => {
  it('has the others subscribed and the one reported, after few calls', () => {
    const play = new Play();
    const ticket = play.subscribe(...names(100));
    play.connect();
    play.open();
    const calls = answerAllOrNothing(play, new Set(['t37']));
    expect(calls).to.be.at.most(1 + 2 * Math.ceil(Math.log2(100)));
    expect(play.phase).to.equal('ready');
    const report = play.all('emit-restored')[0]?.report;
    expect(report?.restored).to.have.length(99);
    expect(report?.failed.map(({ topic }) => topic)).to.deep.equal(['t37']);
    expect(play.settled.get(ticket)).to.have.nested.property('value.refused').with.length(1);
  });

  it('is asked for the poison topic alone at the next restores, and not at all after three refusals', () => {
    const play = new Play({ readyHoldMs: 0 });
    play.subscribe(...names(10));
    play.connect();
    const poison = new Set(['t3']);
    const calls: number[] = [];
    for (let round = 0; round < 4; round += 1) {
      play.open();
      calls.push(answerAllOrNothing(play, poison));
      play.fire('hold');
      play.exit();
    }
    expect(calls.slice(1)).to.deep.equal([2, 2, 1]);
    expect(play.all('emit-restored').at(-1)?.report.quarantined).to.deep.equal(['t3']);
  });

  it('gets any set of poison topics found, and nothing else refused', () => {
    const topics = names(40);
    fc.assert(
      fc.property(fc.subarray(topics, { maxLength: 8 }), (bad) => {
        const play = new Play();
        play.subscribe(...topics);
        play.connect();
        play.open();
        answerAllOrNothing(play, new Set(bad));
        expect(play.phase).to.equal('ready');
        const report = play.all('emit-restored')[0]?.report;
        expect(report?.failed.map(({ topic }) => topic)).to.have.members(bad);
        expect(report?.restored).to.have.length(topics.length - bad.length);
      }),
    );
  });

  it('is not asked without end where it refuses everything', () => {
    const play = new Play();
    play.subscribe(...names(500));
    play.connect();
    play.open();
    const calls = answerAllOrNothing(play, new Set(names(500)));
    expect(calls).to.be.below(200);
    expect(play.phase).to.equal('ready');
    expect(play.all('emit-restored')[0]?.report.failed).to.have.length(500);
  });

  it('does not get a topic quarantined by being busy', () => {
    const play = new Play({ readyHoldMs: 0 });
    play.subscribe('a');
    play.connect();
    for (let round = 0; round < 5; round += 1) {
      play.open();
      play.refuse(idOf(asked(play).at(-1) ?? ''), 'busy');
      play.fire('hold');
      play.exit();
    }
    play.open();
    play.reply(idOf(asked(play).at(-1) ?? ''), ['a']);
    expect(play.state.topics.stateOf('a')).to.equal('confirmed');
  });
});

describe('a venue that closes the connection because of one topic', () => {
  /** Lives until READY holds, or so many connections were used up. */
  function live(play: Play, poison: ReadonlySet<string>, most = 60): number {
    for (let epoch = 1; epoch <= most; epoch += 1) {
      if (play.phase === 'waiting') play.fire('backoff');
      play.open();
      if (answerOrClose(play, poison)) return epoch;
    }
    return most + 1;
  }

  /** False where it closed the connection instead. */
  function answerOrClose(play: Play, poison: ReadonlySet<string>): boolean {
    for (;;) {
      const frame = asked(play).find((text) => play.state.requests.has(idOf(text)));
      if (frame === undefined) return play.phase === 'ready';
      const topics = topicsOf(frame);
      if (topics.some((topic) => poison.has(topic))) {
        play.exit('socket-closed', play.state.epoch, { closeCode: 1_006 });
        return false;
      }
      play.reply(idOf(frame), topics);
    }
  }

  it('has it found across connections, quarantined and reported, while the others go on', () => {
    const play = new Play();
    play.subscribe(...names(64));
    play.connect();
    const epochs = live(play, new Set(['t20']));
    expect(epochs).to.be.at.most(2 + 6 + 3);
    const report = play.all('emit-restored').at(-1)?.report;
    expect(report?.quarantined).to.deep.equal(['t20']);
    expect(report?.restored).to.have.length(63);
  });

  it('has a topic found that was added while everything ran', () => {
    const play = new Play();
    play.subscribe('a', 'b');
    play.connect();
    expect(live(play, new Set(['bad']))).to.equal(1);
    play.subscribe('bad');
    play.exit();
    live(play, new Set(['bad']));
    expect(play.all('emit-restored').at(-1)?.report).to.deep.include({
      quarantined: ['bad'],
      restored: ['a', 'b'],
    });
  });

  it('suspects nothing after a single death', () => {
    const play = new Play();
    play.subscribe('a', 'b');
    play.connect();
    play.open();
    play.exit();
    play.fire('backoff');
    play.open();
    expect(asked(play)).to.have.length(1);
    expect(asked(play)[0]).to.match(/:a,b$/);
  });

  it('convicts nobody where the venue serves nobody', () => {
    const play = new Play();
    play.subscribe('a', 'b', 'c');
    play.connect();
    expect(live(play, new Set(['a', 'b', 'c']), 40)).to.equal(41);
    expect(play.state.topics.quarantined).to.deep.equal([]);
    play.fire('backoff');
    play.open();
    answerOrClose(play, new Set());
    expect(play.all('emit-restored').at(-1)?.report.restored).to.deep.equal(['a', 'b', 'c']);
  });
});

describe('a server that flaps', () => {
  it('is left alone for longer and longer, though each connection becomes READY', () => {
    const play = new Play({ backoff: { baseMs: 100, capMs: 10_000 } });
    play.subscribe('a');
    play.connect();
    const waits: number[] = [];
    for (let flap = 0; flap < 6; flap += 1) {
      if (play.phase === 'waiting') play.fire('backoff');
      play.becomeReady();
      expect(play.phase).to.equal('ready');
      play.now += 1_000;
      play.exit();
      waits.push(
        play.all('emit-status').findLast(({ status }) => status.state === 'waiting')?.status.delayMs ?? -1,
      );
    }
    expect(waits).to.deep.equal([0, 100, 200, 400, 800, 1_600]);
  });

  it('that accepts and never answers is given up step by step, with growing waits', () => {
    const play = new Play({ credentials: 'key', backoff: { baseMs: 100, capMs: 10_000 } });
    play.connect();
    for (let attempt = 1; attempt <= 4; attempt += 1) {
      play.open();
      play.fire('step');
      expect(play.all('end-client').at(-1)).to.include({ reason: 'restore-failed' });
      play.exit('restore-failed');
      expect(play.all('emit-status').at(-1)?.status.delayMs).to.equal(50 * 2 ** (attempt - 1));
      play.fire('backoff');
    }
  });
});
