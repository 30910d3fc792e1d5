import { Writable } from 'node:stream';
import { inspect } from 'node:util';
import { expect } from 'chai';
import { pino } from 'pino';
import { SimulatedDeribit } from '../../src/testing/index.js';
import { Adapter, type Exit } from '../../src/index.js';
import { waitFor } from '../support/wait-for.js';
import { rejection } from './settled.js';
import { order, TRADES } from './stage.js';

const CLIENT_SECRET = 'Sup3rS3cretOfTheTest';
const HEADER = 'HeaderValueOfTheTest';
const ACCESS = /\d{13}\.[\w-]{8}\.[\w-]{64}/;

/** What the exchange and the adapter say to each other, so that tokens and signatures are known to the test. */
async function recordingDeribit(): Promise<SimulatedDeribit> {
  return SimulatedDeribit.start({
    eventsPerSecond: 50,
    limits: null,
    tokenLifetimeSeconds: 1,
    accounts: [{ clientId: 'known', clientSecret: CLIENT_SECRET }],
  });
}

for (const grant of ['client_signature', 'client_credentials'] as const) {
  describe(`the secrets of an adapter that logs in with ${grant}`, () => {
    it('appear in no log, error, status, figure or print-out of a life full of failures', async () => {
      const lines: string[] = [];
      const sink = new Writable({
        write(chunk, _encoding, done) {
          lines.push(String(chunk));
          done();
        },
      });
      const venue = await recordingDeribit();
      const shown: unknown[] = [];
      const exits: Exit[] = [];
      const make = (clientSecret: string): Adapter =>
        new Adapter('deribit', {
          url: venue.url,
          credentials: { clientId: 'known', clientSecret, grant },
          cancelOnDisconnect: true,
          topics: [TRADES, 'trades.NOBODY-PERPETUAL.raw', 'user.orders.any.any.raw'],
          backoff: { baseMs: 0, capMs: 0 },
          refreshAt: 0.3,
          connection: { logger: pino({ level: 'trace' }, sink), headers: { 'x-api-key': HEADER }, spares: 0 },
          onReconcile: (unknown, session) => void shown.push(unknown, session),
        });

      const adapter = make(CLIENT_SECRET);
      adapter
        .on('status', (status) => void shown.push(status))
        .on('exit', (exit) => void exits.push(exit))
        .on('problem', (problem, sample) => void shown.push(problem, sample))
        .on('restored', (report) => void shown.push(report))
        .on('order', (told) => void shown.push(told));
      await adapter.connect();
      const life = async (fault: Parameters<SimulatedDeribit['inject']>[0]): Promise<void> => {
        const before = exits.length;
        venue.inject(fault);
        if (fault.kind === 'drop-on') shown.push(await adapter.sendOrder(order));
        await waitFor(() => exits.length > before && adapter.state === 'ready', 'READY again');
      };
      await waitFor(() => venue.journal.of('login').length >= 2, 'a renewal');
      venue.inject({ kind: 'malformed' });
      venue.inject({ kind: 'malformed', text: '{"id":1,"error":{"code":1,"message":"odd"}}' });
      shown.push(await adapter.sendOrder({ ...order, symbol: 'NOBODY-PERPETUAL' }));
      shown.push(await rejection(adapter.request('private/nothing', { a: 1 })));
      await life({ kind: 'drop-on', method: 'private/buy', when: 'after-execution', by: 'rst' });
      await life({ kind: 'close', code: 1008, reason: 'policy' });
      venue.inject({ kind: 'fail-request', method: 'public/auth', code: 10_040, message: 'retry' });
      const before = exits.length;
      adapter.terminate();
      await waitFor(
        () => exits.length > before + 1 && adapter.state === 'ready',
        'READY after a refused login',
      );
      shown.push(adapter, adapter.stats(), adapter.sockets, adapter.topics, adapter.events());
      await adapter.close();

      const refused = make(`${CLIENT_SECRET}-wrong`);
      shown.push(await rejection(refused.connect()), refused);
      shown.push(await rejection(refused.subscribe([TRADES])));
      await refused.close();
      await venue.close();

      const texts = [
        ...lines,
        ...[...shown, ...exits].flatMap((value) => [
          inspect(value, { depth: 20, showHidden: true, getters: true }),
          JSON.stringify(value) ?? '',
        ]),
        ...exits.map(({ error }) => `${error.stack}${JSON.stringify(error)}`),
      ];
      expect(lines.length).to.be.greaterThan(20);
      expect(exits.length).to.be.greaterThan(3);
      for (const text of texts) {
        expect(text).to.not.include(CLIENT_SECRET);
        expect(text).to.not.include(HEADER);
        expect(text).to.not.match(ACCESS);
        expect(text).to.not.match(/signature["']?\s*[:=]\s*["']?[0-9a-f]{16}/i);
      }
    });
  });
}
