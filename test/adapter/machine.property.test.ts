import { expect } from 'chai';
import fc from 'fast-check';
import type { Hook } from '../../src/adapter/messages.js';
import type { ExitReason } from '../../src/errors.js';
import { runs } from '../support/random-runs.js';
import { idOf, Play, topicsOf } from './play.js';

// Random lives: whatever is thrown at the machine, in whatever order, these promises hold.

const topic = fc.constantFrom('a', 'b', 'c', 'd');
const reason = fc.constantFrom<ExitReason>('crash', 'socket-closed', 'network-error', 'hang', 'overflow');
const action = fc.oneof(
  fc.record({ kind: fc.constant('subscribe' as const), topics: fc.uniqueArray(topic, { minLength: 1 }) }),
  fc.record({ kind: fc.constant('unsubscribe' as const), topics: fc.uniqueArray(topic, { minLength: 1 }) }),
  fc.record({ kind: fc.constant('call' as const) }),
  fc.record({ kind: fc.constant('open' as const) }),
  fc.record({ kind: fc.constant('answer' as const), good: fc.boolean(), oldest: fc.boolean() }),
  fc.record({ kind: fc.constant('exit' as const), reason, stale: fc.boolean() }),
  fc.record({ kind: fc.constant('timer' as const), pick: fc.nat(10) }),
  fc.record({ kind: fc.constant('hook' as const), good: fc.boolean() }),
  fc.record({ kind: fc.constant('revoke' as const), topic }),
  fc.record({ kind: fc.constant('reconnect' as const) }),
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

class Life {
  readonly play = new Play({ credentials: 'key', hasReconcileHook: true, readyHoldMs: 1_000 });
  readonly answered = new Set<string>();
  readonly tickets: number[] = [];
  /** Epochs that were opened and have not exited. */
  live: number[] = [];
  #seen: number;

  constructor() {
    this.tickets.push(this.play.connect());
    this.live.push(this.play.state.epoch);
    this.#seen = this.play.outputs.length;
  }

  do(action: Action): void {
    const phaseBefore = this.play.state.phase.name;
    this.#act(action);
    this.#check(phaseBefore, action);
  }

  #act(action: Action): void {
    const { play } = this;
    switch (action.kind) {
      case 'subscribe':
        return void this.tickets.push(play.subscribe(...action.topics));
      case 'unsubscribe':
        return void this.tickets.push(play.unsubscribe(...action.topics));
      case 'call':
        return void this.tickets.push(play.call('order'));
      case 'open':
        return play.open();
      case 'answer':
        return this.answer(action.good, action.oldest);
      case 'exit':
        return this.exit(action.reason, action.stale);
      case 'timer':
        return this.fire(action.pick);
      case 'hook':
        return this.finishHook(action.good);
      case 'revoke':
        return play.control({ kind: 'revoked', topic: action.topic, error: { code: 'x', message: 'x' } });
      case 'reconnect':
        return void play.input({ type: 'reconnect-requested', why: 'test' });
    }
  }

  /** What the venue would answer to a frame of this epoch that it has not answered yet. */
  answer(good: boolean, oldest: boolean): void {
    const { play } = this;
    const open = play.sent().filter((frame) => !this.answered.has(frame));
    const frame = oldest ? open[0] : open.at(-1);
    if (frame === undefined) return;
    this.answered.add(frame);
    if (!good) return play.refuse(idOf(frame), 'no');
    if (frame.startsWith('subscribe')) return play.reply(idOf(frame), topicsOf(frame));
    play.reply(idOf(frame), frame.startsWith('login') || frame.startsWith('refresh') ? 10_000 : 'ok');
  }

  exit(code: ExitReason, stale: boolean): void {
    const epoch = stale ? this.play.state.epoch - 1 : this.play.state.epoch;
    if (!stale && !this.live.includes(epoch)) return;
    this.live = this.live.filter((live) => live !== epoch);
    this.play.exit(code, epoch);
  }

  fire(pick: number): void {
    const timers = [...this.play.timers.keys()];
    const timer = timers[pick % Math.max(1, timers.length)];
    if (timer !== undefined) this.play.fire(timer);
  }

  finishHook(good: boolean): void {
    const hook: Hook = 'reconcile';
    const { epoch } = this.play.state;
    this.play.input({
      type: 'hook-finished',
      epoch,
      hook,
      ...(good ? {} : { error: { code: 'hook-failed', message: 'no' } as never }),
    });
  }

  #check(phaseBefore: string, action: Action): void {
    const fresh = this.play.outputs.slice(this.#seen);
    this.#seen = this.play.outputs.length;
    for (const output of fresh) {
      if (output.type === 'open-client') {
        expect(this.live, 'a thread is opened only when there is none').to.deep.equal([]);
        const isTrigger = action.kind === 'exit' || phaseBefore === 'waiting' || phaseBefore === 'idle';
        expect(isTrigger, `opened by ${action.kind} in ${phaseBefore}`).to.equal(true);
        this.live.push(output.epoch);
      }
      if (output.type === 'send-frame') {
        expect(output.epoch).to.equal(this.play.state.epoch);
        if (output.frame.startsWith('order')) expect(phaseBefore).to.equal('ready');
      }
    }
  }
}

describe('the state machine, whatever happens', () => {
  it('has one thread at a time, sends orders only when READY, settles each call once, and ends up with the wanted topics', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        const life = new Life();
        for (const step of actions) life.do(step);
        bringToRest(life);
        const { play } = life;
        expect(play.phase).to.equal('ready');
        const { topics } = play.state;
        const settledTopics = [
          ...topics.confirmed,
          ...topics.quarantined,
          ...topics.refused.map((entry) => entry.topic),
        ];
        expect(settledTopics.toSorted()).to.deep.equal(topics.wanted.toSorted());
        for (const ticket of life.tickets)
          expect(play.settled.has(ticket), `ticket ${ticket}`).to.equal(true);
      }),
      { numRuns: runs(10_000) },
    );
  });

  it('settles everything when it is closed', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        const life = new Life();
        for (const step of actions) life.do(step);
        life.play.input({ type: 'close-requested' });
        for (const epoch of life.live) life.play.exit('closed', epoch);
        expect(life.play.phase).to.equal('closed');
        for (const ticket of life.tickets)
          expect(life.play.settled.has(ticket), `ticket ${ticket}`).to.equal(true);
        expect([...life.play.timers.keys()]).to.deep.equal([]);
      }),
      { numRuns: runs(10_000) },
    );
  });
});

/** Everything goes well from now on. */
function bringToRest(life: Life): void {
  const { play } = life;
  for (let turn = 0; turn < 100; turn += 1) {
    const { phase } = play.state;
    if (phase.name === 'waiting') play.fire('backoff');
    else if (phase.name === 'connecting') play.open();
    else if (phase.name === 'ending') life.exit('terminated', false);
    if (play.state.phase.name === 'connecting') life.live = [play.state.epoch];
    if (phase.name === 'restoring' && phase.step === 'reconcile') life.finishHook(true);
    life.answer(true, true);
  }
  // Requests whose answer was lost end at their deadline.
  while (play.state.phase.name === 'ready' && play.timers.has('requests')) play.fire('requests');
  if (play.state.phase.name !== 'ready') bringToRest(life);
}
