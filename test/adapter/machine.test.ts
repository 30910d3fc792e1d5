import { expect } from 'chai';
import type { UnknownRequest } from '../../src/adapter/messages.js';
import { idOf, Play } from './play.js';

describe('the state machine', () => {
  describe('restores', () => {
    it('strictly in the order connect, login, safety switch, topics, reconcile, resume', () => {
      const play = new Play({
        credentials: 'key',
        cancelOnDisconnect: true,
        hasReconcileHook: true,
        hasResumeHook: true,
      });
      const ticket = play.connect();
      play.subscribe('a', 'b');
      expect(play.phase).to.equal('connecting');
      play.open();
      expect(play.sent()).to.deep.equal(['login#1']);
      play.reply(1, 3_600_000);
      play.reply(2, 'ok');
      play.reply(3, true);
      expect(play.sent()).to.deep.equal(['login#1', 'arm#2', 'verify#3', 'subscribe#4:a,b']);
      play.reply(4, ['b', 'a']);
      expect(play.phase).to.equal('restoring reconcile');
      play.input({ type: 'hook-finished', epoch: 1, hook: 'reconcile' });
      expect(play.phase).to.equal('restoring resume');
      expect(play.settled.has(ticket)).to.equal(false);
      play.input({ type: 'hook-finished', epoch: 1, hook: 'resume' });
      expect(play.phase).to.equal('ready');
      const report = play.all('emit-restored')[0]?.report;
      expect(report?.restored).to.deep.equal(['a', 'b']);
      expect(report?.steps.map(({ name }) => name)).to.deep.equal([
        'connect',
        'login',
        'safety',
        'subscribe',
        'reconcile',
        'resume',
      ]);
      expect(play.settled.get(ticket)).to.deep.equal({ ok: true, value: report });
    });

    it('does not go on to the topics after a login that was refused', () => {
      const play = new Play({ credentials: 'key' });
      play.subscribe('a');
      const ticket = play.connect();
      play.open();
      play.refuse(1, 'bad-key');
      expect(play.phase).to.equal('ending');
      expect(play.sent()).to.deep.equal(['login#1']);
      expect(play.all('end-client')[0]).to.include({ epoch: 1, reason: 'login-refused' });
      expect(play.settled.has(ticket), 'only the exit ends the life').to.equal(false);
      play.exit('login-refused');
      expect(play.phase).to.equal('failed');
      expect(play.settled.get(ticket)).to.have.nested.property('error.code', 'login-refused');
      expect(play.count('open-client')).to.equal(1);
    });

    it('takes an error without an id for the answer to the login', () => {
      const play = new Play({ credentials: 'key' });
      play.connect();
      play.open();
      play.refuse(undefined, 'bad-key');
      expect(play.all('end-client')[0]).to.include({ reason: 'login-refused' });
    });

    it('tries again after a login that failed for a passing reason', () => {
      const play = new Play({ credentials: 'key' });
      play.connect();
      play.open();
      play.refuse(1, 'busy');
      play.exit('restore-failed');
      expect(play.phase).to.equal('waiting');
      play.fire('backoff');
      expect(play.state.epoch).to.equal(2);
    });

    it('ends the connection when the safety switch does not read back as armed', () => {
      const play = new Play({ cancelOnDisconnect: true });
      play.subscribe('a');
      play.connect();
      play.open();
      play.reply(1, 'ok');
      play.reply(2, false);
      expect(play.all('end-client')[0]).to.include({
        reason: 'restore-failed',
        message: 'verify: still off',
      });
      expect(play.sent()).to.deep.equal(['arm#1', 'verify#2']);
    });

    it('lets a refused topic not sink the others', () => {
      const play = new Play();
      const both = play.subscribe('good', 'bad');
      play.connect();
      play.open();
      play.reply(1, ['good']);
      expect(play.phase).to.equal('ready');
      expect(play.settled.get(both)).to.deep.equal({
        ok: true,
        value: {
          confirmed: ['good'],
          refused: [{ topic: 'bad', error: { code: 'unknown-topic', message: 'no such topic' } }],
        },
      });
      expect(play.all('emit-restored')[0]?.report.failed.map(({ topic }) => topic)).to.deep.equal(['bad']);
    });

    it('tries a refused topic again at the next restores, and quarantines it after three refusals', () => {
      const play = new Play({ readyHoldMs: 0 });
      play.subscribe('good', 'bad');
      play.connect();
      for (const expected of ['good,bad', 'good,bad', 'good,bad', 'good']) {
        play.open();
        const frame = play.sent().at(-1) ?? '';
        expect(frame).to.match(new RegExp(`:${expected}$`));
        play.reply(idOf(frame), ['good']);
        play.fire('hold');
        play.exit();
      }
      expect(play.all('emit-restored').at(-1)?.report.quarantined).to.deep.equal(['bad']);
      play.subscribe('bad');
      play.open();
      expect(play.sent().at(-1)).to.match(/:good,bad$/, 'asking for it again is a fresh chance');
    });

    it('reports topics without an answer as failed when others were answered, and ends the connection when none was', () => {
      const play = new Play();
      play.subscribe('a');
      play.connect();
      play.open();
      play.fire('step');
      expect(play.phase).to.equal('ending');
      expect(play.all('end-client')[0]?.message).to.equal('subscribe was not answered within 10000 ms');
    });

    it('gives each step a deadline', () => {
      const play = new Play({ credentials: 'key' });
      play.connect();
      expect(play.timers.get('step')).to.equal(31_000);
      play.open();
      expect(play.timers.get('step')).to.equal(11_000);
      play.fire('step');
      expect(play.all('end-client')[0]).to.include({ reason: 'restore-failed' });
    });

    it('ends the connection when the reconcile hook fails, and shows it the same requests again', () => {
      const play = new Play({ hasReconcileHook: true });
      play.connect();
      play.open();
      play.input({ type: 'hook-finished', epoch: 1, hook: 'reconcile' });
      play.call('order');
      play.exit();
      play.open();
      expect(
        play
          .all('call-hook')
          .at(-1)
          ?.unknown.map(({ call }) => call),
      ).to.deep.equal(['order']);
      play.input({
        type: 'hook-finished',
        epoch: 2,
        hook: 'reconcile',
        error: { message: 'lookup failed' } as never,
      });
      play.exit('restore-failed');
      play.fire('backoff');
      play.open();
      expect(
        play
          .all('call-hook')
          .at(-1)
          ?.unknown.map(({ call }) => call),
      ).to.deep.equal(['order']);
      play.input({ type: 'hook-finished', epoch: 3, hook: 'reconcile' });
      expect(play.state.unknown).to.deep.equal([]);
    });

    it('is not brought back to life by an answer that comes while the thread is ending', () => {
      const play = new Play({ credentials: 'key', cancelOnDisconnect: true });
      play.connect();
      play.open();
      play.reply(1, 1_000);
      play.fire('step');
      play.reply(2, 'ok');
      expect(play.phase).to.equal('ending');
      expect(play.count('end-client')).to.equal(1);
    });
  });

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

  describe('topics', () => {
    it('subscribed while reconnecting are remembered and asked for once', () => {
      const play = new Play();
      play.becomeReady();
      play.exit();
      const ticket = play.subscribe('late');
      play.subscribe('late');
      expect(play.sent()).to.deep.equal([]);
      play.open();
      expect(play.sent()).to.have.length(1);
      play.reply(idOf(play.sent()[0] ?? ''), ['late']);
      expect(play.settled.get(ticket)).to.deep.include({ ok: true });
    });

    it('unsubscribed during a restore stay unsubscribed', () => {
      const play = new Play();
      play.subscribe('a', 'b');
      play.connect();
      play.open();
      const ticket = play.unsubscribe('a');
      play.reply(1, ['a', 'b']);
      expect(play.sent()).to.deep.equal(['subscribe#1:a,b', 'unsubscribe#2:a']);
      play.reply(2, 'ok');
      expect(play.settled.get(ticket)).to.deep.equal({ ok: true, value: { confirmed: ['a'], refused: [] } });
      play.exit();
      play.open();
      expect(play.sent().at(-1)).to.match(/:b$/);
    });

    it('end up as they were wanted last, however quickly the mind was changed', () => {
      const play = new Play();
      play.becomeReady();
      play.subscribe('a');
      play.unsubscribe('a');
      play.subscribe('a');
      play.unsubscribe('a');
      play.reply(1, ['a']);
      play.reply(2, 'ok');
      expect(play.sent()).to.deep.equal(['subscribe#1:a', 'unsubscribe#2:a']);
      expect(play.state.topics.confirmed).to.deep.equal([]);
    });

    it('that the venue revokes are told as a gap', () => {
      const play = new Play();
      play.subscribe('a');
      play.becomeReady();
      play.control({ kind: 'revoked', topic: 'a', error: { code: 'x', message: 'too many' } });
      expect(play.all('emit-gaps')[0]).to.deep.include({ reason: 'revoked', topics: ['a'] });
      expect(play.count('emit-revoked')).to.equal(1);
    });

    it('that the venue revokes because the session is over are asked for again after a new login', () => {
      const play = new Play({ credentials: 'key' });
      play.subscribe('a');
      play.connect();
      play.open();
      play.reply(1, 3_600_000);
      play.reply(2, ['a']);
      const over = { code: 'session-over', message: 'the key expired' };
      for (let time = 0; time < 5; time += 1) {
        const { length } = play.sent();
        play.control({ kind: 'revoked', topic: 'a', error: over });
        expect(play.sent().slice(length)).to.have.length(1);
        play.reply(idOf(play.sent().at(-1) ?? ''), 3_600_000);
        expect(play.sent().at(-1)).to.match(/^subscribe#\d+:a$/);
        play.reply(idOf(play.sent().at(-1) ?? ''), ['a']);
        expect(play.state.topics.confirmed).to.deep.equal(['a']);
      }
      expect(play.phase).to.equal('ready');
    });

    it('that the venue goes on refusing for want of a session are not asked for without end', () => {
      const play = new Play({ credentials: 'key' });
      play.connect();
      play.open();
      play.reply(1, 3_600_000);
      const ticket = play.subscribe('a');
      for (let time = 0; time < 20; time += 1) {
        const last = play.sent().at(-1) ?? '';
        if (last.startsWith('subscribe')) play.refuse(idOf(last), 'session-over');
        else play.reply(idOf(last), 3_600_000);
      }
      expect(play.sent().filter((sent) => sent.startsWith('subscribe'))).to.have.length(4);
      expect(play.settled.get(ticket)).to.have.nested.property('value.refused[0].topic', 'a');
      expect(play.phase).to.equal('ready');
    });

    it('whose stream broke are unsubscribed and subscribed anew, without touching the others', () => {
      const play = new Play();
      play.subscribe('a', 'b');
      play.becomeReady();
      play.control({ kind: 'resync', topic: 'a' });
      play.control({ kind: 'resync', topic: 'a' });
      expect(play.sent()).to.deep.equal(['subscribe#1:a,b', 'unsubscribe#2:a']);
      play.reply(2, 'ok');
      expect(play.sent().at(-1)).to.equal('subscribe#3:a');
      play.reply(3, ['a']);
      expect(play.state.topics.confirmed).to.deep.equal(['a', 'b']);
      expect(play.phase).to.equal('ready');
    });

    it('acknowledged one by one count as answered', () => {
      const play = new Play();
      play.subscribe('a', 'b');
      play.connect();
      play.open();
      play.control({ kind: 'confirmed', topic: 'a' });
      play.control({ kind: 'refused', topic: 'b', error: { code: 'x', message: 'no' } });
      expect(play.phase).to.equal('ready');
      expect(play.all('emit-restored')[0]?.report).to.deep.include({ restored: ['a'] });
    });
  });

  describe('requests', () => {
    it('are not sent before READY and not kept for later', () => {
      const play = new Play({ hasResumeHook: true });
      play.connect();
      const tickets = [play.call('order')];
      play.open();
      tickets.push(play.call('order'));
      play.input({ type: 'hook-finished', epoch: 1, hook: 'resume' });
      expect(play.sent()).to.deep.equal([]);
      for (const ticket of tickets) {
        expect(play.settled.get(ticket)).to.include({ ok: false, outcome: 'not-sent' });
        expect(play.settled.get(ticket)).to.have.nested.property('error.code', 'not-ready');
      }
    });

    it('of a hook may be sent during its own step', () => {
      const play = new Play({ hasReconcileHook: true });
      play.connect();
      play.open();
      const ticket = play.call('lookup', { duringRestore: true });
      play.reply(1, 'found');
      expect(play.settled.get(ticket)).to.deep.equal({ ok: true, value: 'found' });
    });

    it('end as unknown when the connection dies with them on their way', () => {
      const play = new Play();
      play.becomeReady();
      const ticket = play.call('order');
      play.exit('crash');
      expect(play.settled.get(ticket)).to.include({ ok: false, outcome: 'unknown' });
      expect(play.state.unknown).to.have.length(1);
    });

    it('end as unknown when the venue itself cannot say whether they were done', () => {
      const play = new Play();
      play.becomeReady();
      const ticket = play.call('order');
      play.refuse(1, 'unsure');
      expect(play.settled.get(ticket)).to.include({ ok: false, outcome: 'unknown' });
      expect(play.settled.get(ticket)).to.have.nested.property('error.code', 'unknown');
      expect(play.state.unknown.map(({ reason }) => reason)).to.deep.equal(['venue']);
    });

    it('end as not-sent when the thread proved that the frame never reached the socket', () => {
      const play = new Play();
      play.becomeReady();
      const ticket = play.call('order');
      play.input({
        type: 'send-failed',
        epoch: 1,
        id: 1,
        error: { code: 'not-sent', message: 'died before' } as never,
      });
      play.exit('crash');
      expect(play.settled.get(ticket)).to.include({ ok: false, outcome: 'not-sent' });
      expect(play.state.unknown).to.deep.equal([]);
    });

    it('end as unknown at their deadline, and a late answer takes them off the list', () => {
      const play = new Play();
      play.becomeReady();
      const ticket = play.call('order', { timeoutMs: 50 });
      play.fire('requests');
      expect(play.settled.get(ticket)).to.have.nested.property('error.code', 'request-timeout');
      expect(play.settled.get(ticket)).to.include({ outcome: 'unknown' });
      expect(play.state.unknown).to.have.length(1);
      play.reply(1, 'executed');
      expect(play.state.unknown).to.deep.equal([]);
    });

    it('are rejected when the venue says no', () => {
      const play = new Play();
      play.becomeReady();
      const ticket = play.call('order');
      play.refuse(1, 'no-funds');
      expect(play.settled.get(ticket)).to.include({ ok: false, outcome: 'rejected' });
      expect(play.settled.get(ticket)).to.have.nested.property('error.detail.venueCode', 'no-funds');
    });

    it('are never taken for refused by an error without an id', () => {
      const play = new Play();
      play.becomeReady();
      const ticket = play.call('order');
      play.refuse(undefined, 'bad-request');
      expect(play.settled.has(ticket)).to.equal(false);
      expect(play.all('emit-control')).to.have.length(1);
    });

    it('with an id that is pending are refused and not sent', () => {
      const play = new Play();
      play.becomeReady();
      play.call('order', { id: 900 });
      const second = play.call('order', { id: 900 });
      expect(play.settled.get(second)).to.have.nested.property('error.code', 'duplicate-request-id');
      expect(play.sent()).to.have.length(1);
    });

    it('over the size the venue accepts are not sent', () => {
      const play = new Play();
      play.becomeReady();
      const ticket = play.call('x'.repeat(2_000));
      expect(play.settled.get(ticket)).to.have.nested.property('error.code', 'frame-too-large');
      expect(play.sent()).to.deep.equal([]);
    });

    it('each have their own deadline', () => {
      const play = new Play();
      play.becomeReady();
      const late = play.call('a', { timeoutMs: 500 });
      const early = play.call('b', { timeoutMs: 100 });
      play.fire('requests');
      expect([play.settled.has(early), play.settled.has(late)]).to.deep.equal([true, false]);
      play.fire('requests');
      expect(play.settled.has(late)).to.equal(true);
    });
  });

  describe('the session', () => {
    function loggedIn(lifetimeMs: number): Play {
      const play = new Play({ credentials: 'key' });
      play.connect();
      play.open();
      play.reply(1, lifetimeMs);
      return play;
    }

    it('is renewed at 80 % of its life on the same connection', () => {
      const play = loggedIn(100_000);
      expect(play.timers.get('refresh')).to.equal(81_000);
      play.fire('refresh');
      expect(play.sent().at(-1)).to.equal('refresh#2');
      play.reply(2, 200_000);
      expect(play.phase).to.equal('ready');
      expect(play.timers.get('refresh')).to.equal(81_000 + 160_000);
    });

    it('falls back to a full login when the renewal is refused, and to a new connection when that is', () => {
      const play = loggedIn(100_000);
      play.fire('refresh');
      play.refuse(2, 'token-gone');
      expect(play.sent().at(-1)).to.equal('login#3');
      expect(play.phase).to.equal('ready');
      play.refuse(3, 'busy');
      expect(play.phase).to.equal('ending');
    });

    it('sets no timer where it does not expire', () => {
      expect(loggedIn(Number.POSITIVE_INFINITY).timers.has('refresh')).to.equal(false);
    });
  });

  describe('close', () => {
    it('ends a READY life by a close and its exit', () => {
      const play = new Play();
      play.becomeReady();
      play.input({ type: 'close-requested' });
      play.input({ type: 'close-requested' });
      expect(play.count('close-client')).to.equal(1);
      play.exit('closed');
      expect(play.phase).to.equal('closed');
      expect(play.timers.size).to.equal(0);
    });

    it('while waiting ends at once and opens nothing more', () => {
      const play = new Play();
      const connect = play.connect();
      const topic = play.subscribe('a');
      play.exit('network-error');
      play.input({ type: 'close-requested' });
      expect(play.phase).to.equal('closed');
      expect(play.timers.size).to.equal(0);
      for (const ticket of [connect, topic]) {
        expect(play.settled.get(ticket)).to.have.nested.property('error.code', 'closed');
      }
    });

    it('is final: what comes after it fails with a clear code', () => {
      const play = new Play();
      play.becomeReady();
      play.input({ type: 'close-requested' });
      play.exit('closed');
      for (const ticket of [play.connect(), play.subscribe('a')]) {
        expect(play.settled.get(ticket)).to.have.nested.property('error.code', 'closed');
      }
      expect(play.settled.get(play.call('order'))).to.include({ outcome: 'not-sent' });
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
