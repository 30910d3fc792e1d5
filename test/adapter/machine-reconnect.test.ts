// What leads to a new connection and what does not, and a connection that takes the place of another one.
import { expect } from 'chai';
import type { UnknownRequest } from '../../src/adapter/messages.js';
import { Play } from './play.js';

describe('the state machine', () => {
  describe('reconnects', () => {
    it('at the exit of the thread and at nothing else', () => {
      const play = new Play();
      play.becomeReady();
      play.control({ kind: 'problem', problem: 'x', sample: '' });
      play.control({ kind: 'notice', notice: { kind: 'planned-stop', text: 'soon' } });
      play.refuse(77, 'whatever');
      play.input({ type: 'send-failed', epoch: 1, id: 5, error: { code: 'unknown' } as never });
      expect(play.count('open-client')).to.equal(1);
      play.exit();
      expect(play.count('open-client')).to.equal(2);
    });

    for (const code of ['unknown', 'not-sent'] as const) {
      it(`without calling itself READY first when a dying connection says "${code}" of a subscribe`, () => {
        const play = new Play();
        play.subscribe('a');
        play.connect();
        play.open();
        expect(play.phase).to.equal('restoring subscribe');
        play.input({ type: 'send-failed', epoch: 1, id: 1, error: { code, message: 'died' } as never });
        expect(play.phase).to.equal('restoring subscribe');
        expect(play.state.topics.stateOf('a')).to.equal('subscribing');
        play.exit();
        expect(play.phase).to.equal('waiting');
        expect(play.all('emit-restored')).to.deep.equal([]);
      });
    }

    it('once, however often an exit is told', () => {
      const play = new Play();
      play.becomeReady();
      play.exit('crash', 1);
      play.exit('crash', 1);
      play.exit('crash', 1);
      expect(play.count('open-client')).to.equal(2);
    });

    it('at once after a connection that had been READY, then with growing full jitter', () => {
      const play = new Play();
      play.becomeReady();
      play.exit();
      const delays: (number | undefined)[] = [];
      for (let round = 0; round < 6; round += 1) {
        play.exit('network-error');
        delays.push(
          play.all('emit-status').findLast(({ status }) => status.state === 'waiting')?.status.delayMs,
        );
        play.fire('backoff');
      }
      expect(delays).to.deep.equal([100, 200, 400, 500, 500, 500]);
    });

    it('starts the backoff over only after READY has held', () => {
      const play = new Play();
      play.becomeReady();
      play.exit();
      play.becomeReady();
      play.exit();
      expect(play.phase, 'second death in a row').to.equal('waiting');
      play.fire('backoff');
      play.becomeReady();
      play.fire('hold');
      play.exit();
      expect(play.phase).to.equal('connecting');
    });

    it('waits as long as the venue asked for', () => {
      const play = new Play();
      play.connect();
      play.exit('handshake-refused', 1, { httpStatus: 429, retryAfterMs: 60_000 });
      expect(play.timers.get('backoff')).to.equal(play.now + 60_000);
    });

    it('gives up after maxAttempts and says so', () => {
      const play = new Play({ maxAttempts: 2 });
      const ticket = play.connect();
      play.exit('network-error');
      play.fire('backoff');
      play.exit('network-error');
      play.fire('backoff');
      play.exit('network-error');
      expect(play.phase).to.equal('failed');
      expect(play.settled.get(ticket)).to.have.nested.property('error.code', 'gave-up');
    });

    it('does not follow an exit that trying again cannot help', () => {
      const play = new Play();
      play.becomeReady();
      play.exit('tls-error');
      expect(play.phase).to.equal('failed');
    });

    it('drops what belongs to an older epoch', () => {
      const play = new Play();
      play.subscribe('a');
      play.becomeReady();
      play.exit();
      const before = play.outputs.length;
      play.control({ kind: 'reply', id: 1, result: ['a'], receivedAtNs: 0 }, 1);
      play.input({ type: 'hook-finished', epoch: 1, hook: 'resume' });
      play.input({ type: 'client-opened', epoch: 1 });
      expect(play.outputs.length).to.equal(before);
    });

    it('after a heartbeat that the venue refused, because its death could not be noticed', () => {
      const play = new Play();
      play.becomeReady();
      play.refuse(-1, 'no-heartbeat');
      expect(play.all('end-client')[0]).to.include({ reason: 'protocol-error' });
    });

    it('marks a gap for every topic whose stream was cut, once', () => {
      const play = new Play({ credentials: 'key' });
      play.subscribe('a', 'b');
      play.connect();
      play.open();
      play.reply(1, Number.POSITIVE_INFINITY);
      play.reply(2, ['a', 'b']);
      play.exit();
      play.exit('network-error');
      expect(play.all('emit-gaps')).to.deep.equal([
        { type: 'emit-gaps', reason: 'exit', epoch: 1, topics: ['a', 'b'] },
      ]);
    });

    it('at the user’s wish by ending the thread', () => {
      const play = new Play();
      play.becomeReady();
      play.input({ type: 'reconnect-requested', why: 'operator' });
      expect(play.count('open-client')).to.equal(1);
      play.exit('terminated');
      expect(play.phase, 'it had been READY, so at once').to.equal('connecting');
    });
  });
});

describe('a connection that replaces another one', () => {
  const left: UnknownRequest = { call: 'order', id: 3, epoch: 1, madeAtMs: 1, reason: 'exit' };

  it('has the next number of its socket', () => {
    const play = new Play();
    play.lastEpoch = 6;
    play.connect();
    expect(play.state.epoch).to.equal(7);
  });

  it('does not try again when it dies before READY, and may do so afterwards', () => {
    const failing = new Play();
    failing.input({ type: 'replacement-prepared', unknown: [] });
    const ticket = failing.connect();
    failing.exit('socket-closed');
    expect(failing.phase).to.equal('failed');
    expect(failing.settled.get(ticket)).to.have.property('ok', false);

    const play = new Play();
    play.input({ type: 'replacement-prepared', unknown: [] });
    play.becomeReady();
    play.exit('socket-closed');
    expect(play.phase).to.equal('connecting');
  });

  it('asks the reconcile hook only where it takes requests in doubt over', () => {
    const clean = new Play({ hasReconcileHook: true });
    clean.input({ type: 'replacement-prepared', unknown: [] });
    clean.becomeReady();
    expect(clean.phase).to.equal('ready');

    const play = new Play({ hasReconcileHook: true });
    play.input({ type: 'replacement-prepared', unknown: [left] });
    play.becomeReady();
    expect(play.phase).to.equal('restoring reconcile');
    expect(play.all('call-hook').map(({ unknown }) => unknown)).to.deep.equal([[left]]);
  });

  it('asks it also for those that come to light while it is restored', () => {
    const play = new Play({ hasReconcileHook: true });
    play.input({ type: 'replacement-prepared', unknown: [] });
    play.connect();
    play.input({ type: 'unknown-adopted', unknown: [left] });
    play.becomeReady();
    expect(play.all('call-hook').map(({ unknown }) => unknown)).to.deep.equal([[left]]);
  });

  it('ends with its connection once it was replaced itself', () => {
    const play = new Play();
    play.becomeReady();
    play.input({ type: 'reconnect-permitted', isPermitted: false });
    play.exit('socket-closed');
    expect(play.phase).to.equal('failed');
    expect(play.count('open-client')).to.equal(1);
  });
});
