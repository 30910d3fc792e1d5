// Dozens of adapters at once: all READY, all killed in one moment, all READY again.
import { expect } from 'chai';
import { TRADES } from '../adapter/stage.js';
import { waitFor } from '../support/wait-for.js';
import { FleetStage, names } from './stage.js';

describe('a fleet of thirty', () => {
  let stage: FleetStage;
  beforeEach(async () => {
    stage = await FleetStage.open({ eventsPerSecond: 5 });
  });
  afterEach(() => stage.close());

  it('is READY, is killed all at once, and is READY again with every topic and one connection each', async () => {
    const fleet = stage.fleet(names(30), { topics: [TRADES] });
    expect((await fleet.start()).ready).to.have.lengthOf(30);
    const threads = new Set(
      fleet
        .list()
        .flatMap(({ sockets }) =>
          sockets.flatMap((socket) => socket.threads.map(({ threadId }) => threadId)),
        ),
    );
    expect(threads.size).to.equal(30);
    for (const adapter of fleet.adapters.values()) adapter.terminate();
    await waitFor(
      () => fleet.state === 'ready' && fleet.list().every(({ restores }) => restores === 2),
      'all to be READY again',
      60_000,
    );
    for (const { opens, exits, restarts, exitReasons, topics } of fleet.list()) {
      expect({ opens, exits, restarts }).to.deep.equal({ opens: 2, exits: 1, restarts: 0 });
      expect(exitReasons).to.deep.equal({ terminated: 1 });
      expect(topics).to.deep.equal({ wanted: 1, confirmed: 1 });
    }
    expect(stage.venue.connections).to.have.lengthOf(30);
    expect(fleet.snapshot().totals).to.include({ exits: 30, restores: 60, restarts: 0 });
  });

  it('starts with the pause between two starts that was asked for', async () => {
    const fleet = stage.fleet(names(4), {}, { startIntervalMs: 50 });
    await fleet.start();
    const [first = 0, ...others] = fleet.history
      .filter(({ kind, state }) => kind === 'state' && state === 'connecting')
      .map(({ atMs }) => atMs);
    expect(others).to.have.lengthOf(3);
    for (const [index, atMs] of others.entries()) expect(atMs - first).to.be.at.least(45 * (index + 1));
  });
});
