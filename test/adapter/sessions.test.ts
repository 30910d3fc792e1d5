import { expect } from 'chai';
import { waitFor } from '../support/wait-for.js';
import type { Life } from './life.js';
import { order, Stage, TRADES } from './stage.js';

describe('the session of an adapter', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  it('is renewed before it expires, without a new connection', async () => {
    stage = await Stage.open({ tokenLifetimeSeconds: 1 });
    const life = await stage.connected({ topics: [TRADES], refreshAt: 0.3 });
    await waitFor(() => stage.entries('login').length >= 5, 'four renewals');
    const logins = stage.entries('login');
    expect(logins.map(({ how }) => how).slice(0, 5)).to.deep.equal([
      'client_signature',
      ...Array.from({ length: 4 }, () => 'refresh_token'),
    ]);
    expect(new Set(logins.map(({ connection }) => connection))).to.deep.equal(new Set(['c1']));
    expect((await life.adapter.sendOrder(order)).outcome).to.equal('acknowledged');
    await life.flowing();
    expect(life.exits).to.deep.equal([]);
  });

  it('is renewed at 80 % of its life where nothing else was asked for', async () => {
    stage = await Stage.open({ tokenLifetimeSeconds: 2 });
    await stage.connected();
    await waitFor(() => stage.entries('login').length === 2, 'the renewal');
    const [first, second] = stage.entries('login');
    expect(second!.at - first!.at).to.be.greaterThan(1500);
  });

  it('is made anew on the same connection where the renewal is refused', async () => {
    stage = await Stage.open({ tokenLifetimeSeconds: 1 });
    const life = await stage.connected({ refreshAt: 0.3 });
    stage.venue.inject({
      kind: 'fail-request',
      method: 'public/auth',
      code: 13_010,
      message: 'value required',
    });
    await waitFor(() => stage.entries('login').length >= 2, 'the second login');
    const [, second] = stage.entries('login');
    expect(second).to.include({ how: 'client_signature', connection: 'c1', granted: true });
    expect((await life.adapter.sendOrder(order)).outcome).to.equal('acknowledged');
    expect(life.exits).to.deep.equal([]);
  });

  it('recovers from a token that expired before its time', async () => {
    stage = await Stage.open();
    const life = await stage.connected({ topics: [TRADES] });
    stage.venue.inject({ kind: 'expire-tokens' });
    const first = await life.adapter.sendOrder(order);
    expect(first.outcome).to.equal('rejected');
    expect(stage.ordersOf(first.clientOrderId)).to.deep.equal([]);
    const later = await acknowledged(life);
    expect(stage.ordersOf(later)).to.have.lengthOf(1);
    expect(stage.entries('login').at(-1)).to.include({ connection: 'c1', granted: true });
    expect(life.exits).to.deep.equal([]);
  });

  it('outlives a connection: the next one logs in by itself', async () => {
    stage = await Stage.open();
    const life = await stage.connected();
    stage.venue.inject({ kind: 'expire-tokens' });
    life.adapter.terminate();
    await life.ready(2);
    expect(await acknowledged(life)).to.be.a('string');
  });

  it('is refused to a signature where the clocks differ, and granted to the secret itself', async () => {
    stage = await Stage.open();
    stage.venue.inject({ kind: 'clock-skew', ms: 3_600_000 });
    const signed = stage.life();
    const error = await signed.adapter.connect().catch((cause: { code: string }) => cause.code);
    expect(error).to.equal('login-refused');
    const plain = stage.life({
      credentials: { clientId: 'test-client', clientSecret: 'test-secret', grant: 'client_credentials' },
    });
    await plain.adapter.connect();
    expect(stage.entries('login').at(-1)).to.include({ how: 'client_credentials', granted: true });
  });
});

/** Sends orders until one is acknowledged. */
async function acknowledged({ adapter }: Life): Promise<string> {
  return waitFor(async () => {
    const { outcome, clientOrderId } = await adapter.sendOrder(order);
    return outcome === 'acknowledged' ? clientOrderId : undefined;
  }, 'an order to be acknowledged');
}
