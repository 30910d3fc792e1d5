import { expect } from 'chai';
import { waitFor } from '../support/wait-for.js';
import { rejection } from './settled.js';
import { Stage, TRADES } from './stage.js';

describe('an upgrade that the exchange refuses', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = await Stage.open();
  });
  afterEach(() => stage.close());

  for (const status of [401, 403]) {
    it(`with ${status} ends the adapter: trying again would make it worse`, async () => {
      stage.venue.inject({ kind: 'refuse-upgrade', status });
      const life = stage.life();
      const error = await rejection(life.adapter.connect());
      expect(error).to.include({ code: 'handshake-refused', retryable: false });
      expect(error.detail).to.include({ httpStatus: status });
      expect(life.adapter.state).to.equal('failed');
      expect(life.adapter.stats()).to.include({ opens: 1, exits: 1 });
      expect(stage.entries('connection-opened')).to.deep.equal([]);
    });

    it(`with ${status} while it reconnects does so, too`, async () => {
      const life = await stage.connected({ topics: [TRADES] });
      stage.venue.inject({ kind: 'refuse-upgrade', status });
      const failed = new Promise((resolve) =>
        life.adapter.on('status', ({ state }) => state === 'failed' && resolve(state)),
      );
      life.adapter.terminate();
      await failed;
      expect(life.adapter.stats()).to.include({ opens: 2, exits: 2 });
      expect(life.exits[1]).to.include({ code: 'handshake-refused', retryable: false });
    });
  }

  it('with 429 is tried again after the time that the exchange asked for', async () => {
    stage.venue.inject({ kind: 'refuse-upgrade', status: 429, retryAfterSeconds: 1 });
    const life = stage.life({ topics: [TRADES] });
    const started = performance.now();
    await life.adapter.connect();
    expect(performance.now() - started).to.be.greaterThan(1_000);
    expect(life.statuses.find(({ state }) => state === 'waiting')?.delayMs).to.equal(1_000);
    life.expectOneReconnectEach(1);
  });

  for (const status of [500, 503]) {
    it(`with ${status} is tried again`, async () => {
      stage.venue.inject({ kind: 'refuse-upgrade', status, times: 2 });
      const life = stage.life({ topics: [TRADES] });
      await life.adapter.connect();
      expect(life.exits.map(({ code, detail }) => [code, detail['httpStatus']])).to.deep.equal([
        ['handshake-refused', status],
        ['handshake-refused', status],
      ]);
      life.expectOneReconnectEach(2);
    });
  }

  it('by the operating system is tried again until the exchange listens', async () => {
    stage.venue.inject({ kind: 'refuse-connections', forMs: 60_000 });
    const life = stage.life({ topics: [TRADES], backoff: { baseMs: 50, capMs: 100 } });
    const connecting = life.adapter.connect();
    await waitFor(() => life.exits.length > 1, 'two refusals');
    stage.venue.inject({ kind: 'refuse-connections', forMs: 1 });
    await connecting;
    expect(new Set(life.exits.map(({ code }) => code))).to.deep.equal(new Set(['network-error']));
    life.expectOneReconnectEach(life.exits.length);
  });

  it('on an address that does not exist says so', async () => {
    const life = stage.life({ url: `${stage.venue.url}/nowhere` });
    const error = await rejection(life.adapter.connect());
    expect(error).to.include({ code: 'handshake-refused' });
    expect(error.detail).to.include({ httpStatus: 404 });
  });
});
