import { expect } from 'chai';
import { defineExchange, type OrderCalls } from '../../src/exchanges/exchange.js';
import { idOf, Play, toy, words } from './play.js';

/** The toy venue with a dead-man's switch that must be armed anew every 20 s. */
const deadMan = defineExchange<string>({
  ...toy,
  safetySwitch: {
    kind: 'timer',
    refreshEveryMs: 20_000,
    arm: (context) => [
      {
        name: 'arm',
        ...words('arm', context),
        check: (result) => (result === 'ok' ? undefined : 'not armed'),
      },
    ],
  },
});

const orders = {
  clientOrderIdLength: 10,
  cancelAll: (_filter, context) => words('cancel-all', context),
  readCancelledAll: (result) => Number(result),
} as Partial<OrderCalls> as OrderCalls;
const withOrders = defineExchange<string>({ ...toy, orders });

const arms = (play: Play) => play.sent().filter((frame) => frame.startsWith('arm'));
const last = (play: Play) => idOf(play.sent().at(-1) ?? '');

describe('a dead-man’s switch', () => {
  function ready(): Play {
    const play = new Play({ exchange: deadMan, cancelOnDisconnect: true });
    play.connect();
    play.open();
    play.reply(last(play), 'ok');
    expect(play.phase).to.equal('ready');
    return play;
  }

  it('is armed anew as long as the bot’s thread runs its timers, and only by them', () => {
    const play = ready();
    for (let count = 2; count <= 5; count += 1) {
      play.fire('safety');
      expect(arms(play)).to.have.length(count);
      play.reply(last(play), 'ok');
      expect(play.phase).to.equal('ready');
    }
    expect(play.now).to.equal(1_000 + 4 * 20_000);
  });

  it('is armed anew while a hook keeps READY waiting', () => {
    const play = new Play({ exchange: deadMan, cancelOnDisconnect: true, hasReconcileHook: true });
    play.connect();
    play.open();
    play.reply(last(play), 'ok');
    expect(play.phase).to.equal('restoring reconcile');
    play.fire('safety');
    play.reply(last(play), 'ok');
    expect(play.phase).to.equal('restoring reconcile');
    expect(arms(play)).to.have.length(2);
  });

  it('that the venue refuses or does not confirm ends the connection', () => {
    for (const answer of [
      (play: Play) => play.refuse(last(play), 'no'),
      (play: Play) => play.reply(last(play), 'off'),
    ]) {
      const play = ready();
      play.fire('safety');
      answer(play);
      expect(play.all('end-client').at(-1)).to.include({ reason: 'restore-failed' });
    }
  });

  it('that is not answered ends the connection', () => {
    const play = ready();
    play.fire('safety');
    const dueAt = play.now + 10_000;
    while (play.now < dueAt) play.fire('requests');
    expect(play.phase).to.equal('ending');
  });

  it('says so when the thread was so late that the venue may have cancelled the orders', () => {
    const play = ready();
    play.now += 70_000;
    play.fire('safety');
    expect(play.all('emit-control').map(({ message }) => message.kind)).to.deep.equal(['problem']);
  });

  it('is left alone once the connection is gone', () => {
    const play = ready();
    play.exit();
    expect(play.timers.has('safety')).to.equal(false);
  });
});

describe('cancelAllOnReconnect', () => {
  const config = { exchange: withOrders, credentials: 'key', cancelAllOnReconnect: true };

  function login(play: Play): void {
    play.open();
    play.reply(last(play), Number.POSITIVE_INFINITY);
  }

  it('cancels what a lost connection left behind before anything else, and reports it', () => {
    const play = new Play(config);
    play.subscribe('a');
    play.connect();
    login(play);
    play.reply(last(play), ['a']);
    expect(play.phase, 'nothing is cancelled at the first connect').to.equal('ready');
    play.exit();
    login(play);
    expect(play.phase).to.equal('restoring cancel-all');
    expect(play.all('send-frame').at(-1)).to.include({ priority: 'cancel' });
    play.reply(last(play), 3);
    play.reply(last(play), ['a']);
    expect(play.all('emit-restored').at(-1)?.report.cancelled).to.deep.equal({ orders: 3 });
  });

  it('lets nobody trade while the venue refuses it', () => {
    const play = new Play(config);
    play.connect();
    login(play);
    play.exit();
    login(play);
    play.refuse(last(play), 'no');
    expect(play.phase).to.equal('ending');
    expect(play.all('end-client').at(-1)).to.include({ reason: 'restore-failed' });
  });
});
