// The examples run as their reader would run them: by Node, alone, to their own end.
import { expect } from 'chai';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { root } from '../docs/root.js';
import { runNode } from '../support/child.js';

const examples = readdirSync(new URL('examples/', root)).filter((name) => /^\d\d-.*\.ts$/.test(name));

/** What each example must have said; all of it must be there. */
const said: Readonly<Record<string, readonly RegExp[]>> = {
  '01-trades.ts': [
    /^connection 1 is ready$/m,
    /^confirmed: trades\.BTC-PERPETUAL\.100ms$/m,
    /^refused: quote\.NO-SUCH-INSTRUMENT$/m,
    /^((buy|sell) \d+ BTC-PERPETUAL at [\d.]+\n){5}/m,
    /^the listener saw volume: true$/m,
    /^connection 1 is closed$/m,
  ],
  '02-orders.ts': [
    /^before the connect: not-sent$/m,
    /^a good order: acknowledged$/m,
    /^its cancel: acknowledged$/m,
    /^a price between two ticks: rejected$/m,
    /^an order whose answer was lost: unknown$/m,
    /^reconciled: the venue has it, open$/m,
    /^open orders now: 1$/m,
  ],
  '03-plain-client.ts': [
    /^the socket is in another thread: true$/m,
    /^text frame: hello$/m,
    /^binary frame of 3 bytes$/m,
    /^ended: socket-closed, close code 1012, worth a retry: true$/m,
    /^a send after the end: not-sent$/m,
  ],
  '04-many-adapters.ts': [
    /^READY: 4 of 4$/m,
    /^threads: 4$/m,
    /^BTC-PERPETUAL: connection 1 ended, terminated$/m,
    /^BTC-PERPETUAL: ready, connection 2$/m,
    /^exits of the others: 0$/m,
  ],
  '05-custom-exchange.ts': [
    /^confirmed trades\.ABC, refused trades\.NOPE$/m,
    /^gap in trades\.ABC: exit, last sequence known: true$/m,
    /^trades flow again on connection 2$/m,
  ],
  '06-shutdown.ts': [
    /^cancelled: 1$/m,
    /^state: closed$/m,
    /^the venue saw close code 1000 by its peer$/m,
    /^exit code 0$/m,
  ],
  '07-fleet.ts': [
    /^READY: 4, failed: 0$/m,
    /^bulkhead_fleet_adapters_ready\{fleet="desk"\} 4$/m,
    /^cancelled: 3$/m,
    /^terminated: 0, the fleet is stopped$/m,
    /^exit code 0$/m,
  ],
};

describe('the examples', () => {
  it('are all named here', () => {
    expect(examples).to.deep.equal(Object.keys(said));
  });

  for (const example of examples) {
    it(`${example} does what it says and ends by itself`, async () => {
      const path = fileURLToPath(new URL(`dist/examples/${example.replace('.ts', '.js')}`, root));
      const { exitCode, stdout, stderr } = await runNode([path]);
      expect(exitCode, `${stdout}\n${stderr}`).to.equal(0);
      expect(stderr).to.equal('');
      for (const words of said[example] ?? []) expect(stdout).to.match(words);
    });
  }

  it('make an exchange of at most 60 lines', () => {
    const text = readFileSync(new URL('examples/toy-exchange.ts', root), 'utf8');
    expect(text.trimEnd().split('\n').length).to.be.at.most(60);
  });
});
