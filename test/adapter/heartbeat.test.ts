import { expect } from 'chai';
import { waitFor } from '../support/wait-for.js';
import { Stage, TRADES } from './stage.js';

describe('the heartbeat of a venue', () => {
  let stage: Stage;
  afterEach(() => stage.close());

  it('is what counts: without it a connection is given up, however much data flows', async () => {
    stage = await Stage.open();
    const life = await stage.connected({
      topics: [TRADES],
      connection: { heartbeat: { type: 'deribit', timeoutMs: 700 } },
    });
    await waitFor(() => life.exits.length > 0, 'the end of the connection');
    expect(life.exits[0]).to.include({ code: 'heartbeat-missed', retryable: true });
    expect(life.exits[0]!.lastSequence).to.be.greaterThan(5);
    await life.ready(2);
  });

  it('keeps a connection alive on which nothing else happens', async () => {
    stage = await Stage.open({ eventsPerSecond: 0, timeScale: 0.1 });
    const life = await stage.connected({ connection: { heartbeat: { type: 'deribit', timeoutMs: 2_500 } } });
    const tests = () => stage.entries('request').filter(({ method }) => method === 'public/test').length;
    await waitFor(() => tests() >= 3, 'three answered test_requests');
    expect(life.exits).to.deep.equal([]);
  });

  it('that the venue refuses ends the connection: its death could not be noticed', async () => {
    stage = await Stage.open();
    stage.venue.inject({
      kind: 'fail-request',
      method: 'public/set_heartbeat',
      code: 10_001,
      message: 'error',
    });
    const life = await stage.connected({ topics: [TRADES] });
    await life.ready(2);
    expect(life.exits.map(({ code }) => code)).to.deep.equal(['protocol-error']);
  });
});
