// What becomes of requests, whatever becomes of their connection, up to the close of the adapter.
import { expect } from 'chai';
import { Play } from './play.js';

describe('the state machine', () => {
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
