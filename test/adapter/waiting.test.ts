import { expect } from 'chai';
import type { Environment } from '../../src/adapter/state.js';
import { defineExchange } from '../../src/exchanges/exchange.js';
import { idOf, Play, toy, words } from './play.js';

/** The toy venue with a limit, a call that tells it, and errors that mean "too fast". */
const paced = defineExchange<string>({
  ...toy,
  rates: {
    limits: { requests: { kind: 'window', units: 5, windowMs: 1_000 } },
    cost: () => 1,
    pauseMs: 300,
    ask: (context) => ({ ...words('limits', context), method: 'limits' }),
    readLimits: (method, result) =>
      method === 'limits'
        ? { requests: { kind: 'window', units: Number(result), windowMs: 1_000 } }
        : undefined,
  },
  classify: ({ code }) => (code === 'too-fast' ? 'rate' : 'reject'),
  classifyClose: (code) => (code === 4_008 ? 'rate' : 'retry'),
});

function hold(play: Play, frame: string): number {
  const id = idOf(frame);
  play.input({ type: 'frame-held', epoch: play.state.epoch, id });
  return id;
}

describe('what the rate budget makes wait', () => {
  it('ends as not sent when its time is over, and is taken out of the line', () => {
    const play = new Play();
    play.connect();
    play.becomeReady();
    const ticket = play.call('order', { timeoutMs: 500 });
    const id = hold(play, play.sent().at(-1) ?? '');
    play.fire('requests');
    expect(play.now).to.equal(1_500);
    expect(play.settled.get(ticket)).to.deep.include({ ok: false, outcome: 'not-sent' });
    expect(play.settled.get(ticket)).to.have.nested.property('error.code', 'rate-limited');
    expect(play.all('withdraw-frame')).to.deep.equal([{ type: 'withdraw-frame', epoch: 1, id }]);
  });

  it('counts the time in which it must be sent while it waits', () => {
    const play = new Play();
    play.connect();
    play.becomeReady();
    const ticket = play.call('order', { timeoutMs: 5_000, sendBeforeMs: 50 });
    hold(play, play.sent().at(-1) ?? '');
    play.fire('requests');
    expect(play.now).to.equal(1_050);
    expect(play.settled.get(ticket)).to.have.nested.property('error.code', 'rate-limited');
  });

  it('is unknown, not unsent, when it was let go and then not answered', () => {
    const play = new Play();
    play.connect();
    play.becomeReady();
    const ticket = play.call('order', { timeoutMs: 500 });
    const id = hold(play, play.sent().at(-1) ?? '');
    play.now += 400;
    play.input({ type: 'frame-released', epoch: 1, id });
    play.fire('requests');
    expect(play.now, 'the deadline is that of the call').to.equal(1_500);
    expect(play.settled.get(ticket)).to.deep.include({ outcome: 'unknown' });
  });

  it('is not sent when the connection dies, while what was sent is unknown', () => {
    const play = new Play();
    play.connect();
    play.becomeReady();
    const sent = play.call('order');
    const waiting = play.call('order');
    hold(play, play.sent().at(-1) ?? '');
    play.exit();
    expect(play.settled.get(sent)).to.deep.include({ outcome: 'unknown' });
    expect(play.settled.get(waiting)).to.deep.include({ outcome: 'not-sent' });
    expect(play.state.unknown).to.have.length(1);
  });

  it('does not fail a restore: the step’s time begins when its frame goes out', () => {
    const play = new Play({ credentials: 'key' });
    play.connect();
    play.open();
    const id = hold(play, play.sent()[0] ?? '');
    play.fire('step');
    play.fire('step');
    expect(play.phase).to.equal('restoring login');
    play.input({ type: 'frame-released', epoch: 1, id });
    const releasedAt = play.now;
    play.fire('step');
    expect(play.now - releasedAt).to.equal(10_000);
    expect(play.phase).to.equal('ending');
  });

  it('is not taken for what an error without an address is about', () => {
    const play = new Play();
    play.subscribe('a');
    play.connect();
    play.open();
    hold(play, play.sent()[0] ?? '');
    play.refuse(undefined, 'no');
    expect(play.state.topics.stateOf('a')).to.equal('subscribing');
  });

  it('asks urgent things first', () => {
    const play = new Play({ credentials: 'key' });
    play.subscribe('a');
    play.connect();
    play.open();
    play.reply(1, Number.POSITIVE_INFINITY);
    play.reply(2, ['a']);
    for (const call of ['cancel', 'cancel-all', 'order', 'edit', 'lookup']) play.call(call);
    expect(play.all('send-frame').map(({ priority }) => priority)).to.deep.equal([
      'request',
      'subscribe',
      'cancel',
      'cancel',
      'order',
      'order',
      'request',
    ]);
  });
});

describe('a venue that says "too fast"', () => {
  it('is left alone for a while by everybody who draws from the account', () => {
    const play = new Play({ exchange: paced });
    play.connect();
    play.becomeReady();
    play.call('order');
    play.refuse(idOf(play.sent().at(-1) ?? ''), 'too-fast');
    expect(play.all('pause-budget')).to.deep.equal([{ type: 'pause-budget', what: 'requests', ms: 300 }]);
  });

  it('is understood by its close code and by its HTTP status', () => {
    const play = new Play({ exchange: paced });
    play.connect();
    play.becomeReady();
    play.exit('socket-closed', 1, { closeCode: 4_008 });
    play.exit('handshake-refused', 2, { httpStatus: 429, retryAfterMs: 5_000 });
    expect(play.all('pause-budget').map(({ what, ms }) => [what, ms])).to.deep.equal([
      ['requests', 300],
      ['connects', 5_000],
    ]);
  });

  it('is asked for the account’s own limits once, after READY, and does not keep READY waiting', () => {
    const environment: Partial<Environment> = { takeAskLimits: () => true };
    const play = new Play({ exchange: paced, credentials: 'key' }, environment);
    play.connect();
    play.open();
    play.reply(1, Number.POSITIVE_INFINITY);
    expect(play.phase).to.equal('ready');
    expect(play.sent()).to.deep.equal(['login#1', 'limits#2']);
    play.reply(2, 30);
    expect(play.all('resize-budget')[0]?.limits).to.deep.equal({
      requests: { kind: 'window', units: 30, windowMs: 1_000 },
    });
  });

  it('keeps to the published limits where the account’s own are refused, and says so', () => {
    const play = new Play({ exchange: paced, credentials: 'key' }, { takeAskLimits: () => true });
    play.connect();
    play.open();
    play.reply(1, Number.POSITIVE_INFINITY);
    play.refuse(2, 'no');
    expect(play.phase).to.equal('ready');
    expect(play.all('emit-control').map(({ message }) => message.kind)).to.deep.equal(['problem']);
  });
});

describe('the host’s connect budget', () => {
  it('makes a connect wait, and the epoch begins when its turn has come', () => {
    let has = false;
    const play = new Play({}, { takeConnect: () => has });
    play.connect();
    expect(play.phase).to.equal('waiting');
    expect(play.count('open-client')).to.equal(0);
    play.input({ type: 'connect-granted' });
    expect(play.phase).to.equal('connecting');
    has = true;
    play.becomeReady();
    play.exit();
    expect(play.state.epoch).to.equal(2);
  });

  it('gives the place in the line up when the adapter is closed', () => {
    const play = new Play({}, { takeConnect: () => false });
    const ticket = play.connect();
    play.input({ type: 'close-requested' });
    expect(play.count('withdraw-connect')).to.equal(1);
    play.input({ type: 'connect-granted' });
    expect(play.phase).to.equal('closed');
    expect(play.settled.get(ticket)).to.have.nested.property('error.code', 'closed');
  });

  it('cuts the wait short when another connection gets through to a host that was down', () => {
    const play = new Play({ backoff: { baseMs: 60_000, capMs: 60_000 } });
    play.connect();
    play.exit('network-error');
    expect(play.phase).to.equal('waiting');
    play.input({ type: 'host-returned' });
    expect(play.phase).to.equal('connecting');
    expect(play.timers.has('backoff')).to.equal(false);
  });

  it('does not cut a wait short that the host asked for, or that a flapping connection earned', () => {
    const play = new Play();
    play.connect();
    play.exit('handshake-refused', 1, { httpStatus: 503, retryAfterMs: 5_000 });
    play.input({ type: 'host-returned' });
    expect(play.phase).to.equal('waiting');
    play.fire('backoff');
    play.exit('socket-closed');
    play.input({ type: 'host-returned' });
    expect(play.phase).to.equal('waiting');
  });

  it('is told of every READY', () => {
    const play = new Play();
    play.connect();
    play.becomeReady();
    expect(play.count('tell-host-return')).to.equal(1);
  });
});
