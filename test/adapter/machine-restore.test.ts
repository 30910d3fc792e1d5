// What an adapter does between the connection and READY, and how its session stays good.
import { expect } from 'chai';
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
      expect(play.shownToHook).to.deep.equal(['order']);
      play.input({
        type: 'hook-finished',
        epoch: 2,
        hook: 'reconcile',
        error: { message: 'lookup failed' } as never,
      });
      play.exit('restore-failed');
      play.fire('backoff');
      play.open();
      expect(play.shownToHook).to.deep.equal(['order']);
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
});
