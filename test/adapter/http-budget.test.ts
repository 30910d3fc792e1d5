// HTTP calls to one host, whoever makes them, draw from one budget.
import { expect } from 'chai';
import { HttpBudget } from '../../src/adapter/http-budget.js';
import { binance } from '../../src/exchanges/binance.js';
import type { Exchange, HttpCall } from '../../src/exchanges/exchange.js';
import { toy } from './play.js';

const call: HttpCall = { method: 'GET', url: '/depth' };
let host = 0;

function sharing(count: number, units: number, windowMs: number): readonly HttpBudget[] {
  host += 1;
  const exchange = {
    ...toy,
    httpRates: { limits: { weight: { kind: 'window', units, windowMs } }, cost: () => ({ weight: 1 }) },
  } as unknown as Exchange;
  return Array.from({ length: count }, () => new HttpBudget(exchange, `host-${host}.test`));
}

describe('the budget of HTTP calls', () => {
  it('is shared by all who call the same host, and makes those wait who are too many', async () => {
    const [one, other] = sharing(2, 2, 150) as [HttpBudget, HttpBudget];
    const done: string[] = [];
    const all = [one, other, one, other].map((budget, index) =>
      budget.take(call).then(() => void done.push(`call ${index}`)),
    );
    await Promise.all(all.slice(0, 2));
    expect(done).to.deep.equal(['call 0', 'call 1']);
    await Promise.all(all);
    expect(done).to.have.length(4);
    one.release();
    other.release();
  });

  it('gives up what waits for a connection that has ended, and leaves the others their places', async () => {
    const [one, other] = sharing(2, 1, 150) as [HttpBudget, HttpBudget];
    await one.take(call);
    const waiting = one.take(call).catch((error: { code: string }) => error.code);
    const next = other.take(call);
    one.endEpoch();
    expect(await waiting).to.equal('not-sent');
    await next;
    one.release();
    other.release();
  });

  it('leaves a host alone that said "too fast"', async () => {
    const [one, other] = sharing(2, 100, 1_000) as [HttpBudget, HttpBudget];
    one.pause(120);
    const asked = performance.now();
    await other.take(call);
    expect(performance.now() - asked).to.be.above(100);
    one.release();
    other.release();
  });

  it('counts the weights of Binance: its deepest snapshots one after another, not all at once', () => {
    const { limits, cost } = (binance.sockets.streams as unknown as Exchange).httpRates!;
    const snapshot = (binance.sockets.streams as unknown as Exchange).books?.snapshot?.(
      'btcusdt@depth@100ms',
    );
    expect(limits['weight']).to.deep.include({ units: 4_800, windowMs: 60_000 });
    expect(cost(snapshot!)).to.deep.equal({ weight: 250 });
  });
});
