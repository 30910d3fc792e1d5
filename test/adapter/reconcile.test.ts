import { expect } from 'chai';
import { type Lookup, type Reconciled, reconcileUnknown } from '../../src/adapter/reconcile.js';
import { type Adapter, BulkheadError, type Order, type UnknownRequest } from '../../src/index.js';
import { order, Stage } from './stage.js';
import { toy } from './play.js';

const request = (call: string, clientOrderId?: string, madeAtMs = 0): UnknownRequest => ({
  call,
  id: 1,
  epoch: 1,
  madeAtMs,
  reason: 'exit',
  ...(clientOrderId === undefined ? {} : { clientOrderId }),
});

const notThere = new BulkheadError('request-rejected', 'no such order', {
  detail: { errorClass: 'not-found' },
});
const refused = new BulkheadError('request-rejected', 'not now', { detail: { errorClass: 'retry' } });

/** A venue that knows the orders `open`, `filled` and `cancelled`, and stumbles over `trouble`. */
function venue(lookupIsFinal: boolean): Lookup & { looks: number; pauses: number } {
  return {
    exchange: { ...toy, orders: { lookupIsFinal } as never } as Lookup['exchange'],
    looks: 0,
    pauses: 0,
    async lookupOrder({ clientOrderId }) {
      this.looks += 1;
      if (clientOrderId === 'trouble') throw refused;
      if (clientOrderId === 'gone') throw notThere;
      const isKnown = ['open', 'filled', 'cancelled'].includes(clientOrderId ?? '');
      return isKnown ? [{ state: clientOrderId, clientOrderId } as unknown as Order] : [];
    },
    async pause() {
      this.pauses += 1;
    },
  };
}

describe('reconciling requests of unknown outcome', () => {
  const table: readonly [
    call: string,
    id: string | undefined,
    isFinal: boolean,
    verdict: Reconciled['verdict'],
  ][] = [
    ['order', 'open', true, 'executed'],
    ['order', 'filled', false, 'executed'],
    ['order', 'cancelled', true, 'executed'],
    ['order', 'nowhere', true, 'not-found'],
    ['order', 'nowhere', false, 'undecided'],
    ['order', 'gone', true, 'not-found'],
    ['order', 'gone', false, 'undecided'],
    ['order', 'trouble', true, 'undecided'],
    ['order', undefined, true, 'undecided'],
    ['cancel', 'cancelled', true, 'executed'],
    ['cancel', 'filled', true, 'executed'],
    ['cancel', 'open', true, 'undecided'],
    ['cancel', 'nowhere', true, 'not-found'],
    ['edit', 'open', true, 'undecided'],
    ['edit', 'nowhere', true, 'not-found'],
    ['cancel-all', undefined, true, 'undecided'],
    ['private/withdraw', 'open', true, 'undecided'],
  ];
  for (const [call, id, isFinal, verdict] of table) {
    it(`calls ${call} of ${id ?? 'no order'} ${verdict} where a lookup is ${isFinal ? '' : 'not '}final`, async () => {
      const [result] = await reconcileUnknown(venue(isFinal), [request(call, id)]);
      expect(result?.verdict).to.equal(verdict);
      expect(result?.error?.message).to.equal(id === 'trouble' ? 'not now' : undefined);
    });
  }

  it('looks twice before it calls something missing that is only just on its way', async () => {
    const lookup = venue(true);
    const [result] = await reconcileUnknown(lookup, [request('order', 'nowhere', Date.now())]);
    expect(result?.verdict).to.equal('not-found');
    expect([lookup.looks, lookup.pauses]).to.deep.equal([2, 1]);
  });

  it('keeps the order of the requests', async () => {
    const all = Array.from({ length: 30 }, (_, index) =>
      request('order', index % 2 === 0 ? 'open' : 'nowhere'),
    );
    const results = await reconcileUnknown(venue(true), all);
    expect(results.map((one) => one.request)).to.deep.equal(all);
    expect(results.map(({ orders }) => orders.length)).to.deep.equal(all.map((_, index) => (index + 1) % 2));
  });
});

describe('session.reconcile at a venue', () => {
  let stage: Stage;
  let verdicts: (readonly Reconciled[])[];

  async function connected(): Promise<{ readonly adapter: Adapter; ready(epoch: number): Promise<unknown> }> {
    return stage.connected({
      onReconcile: async (unknown, session) => void verdicts.push(await session.reconcile(unknown)),
    });
  }

  beforeEach(async () => {
    stage = await Stage.open({ eventsPerSecond: 0 });
    verdicts = [];
  });
  afterEach(() => stage.close());

  for (const [when, verdict] of [
    ['before-execution', 'not-found'],
    ['after-execution', 'executed'],
  ] as const) {
    it(`finds out that an order was ${verdict} when the connection died ${when.replace('-', ' ')}`, async () => {
      const life = await connected();
      stage.venue.inject({ kind: 'drop-on', method: 'private/buy', when, by: 'rst' });
      const { outcome, clientOrderId } = await life.adapter.sendOrder(order);
      expect(outcome).to.equal('unknown');
      await life.ready(2);
      expect(verdicts[1]?.map((one) => [one.verdict, one.orders.length])).to.deep.equal([
        [verdict, verdict === 'executed' ? 1 : 0],
      ]);
      expect(stage.ordersOf(clientOrderId)).to.have.length(verdict === 'executed' ? 1 : 0);
    });
  }

  it('has nothing open any more at READY with cancelAllOnReconnect', async () => {
    const life = await stage.connected({ cancelAllOnReconnect: true });
    for (let count = 0; count < 3; count += 1) await life.adapter.sendOrder(order);
    life.adapter.terminate();
    await life.ready(2);
    expect(life.reports[1]?.cancelled).to.deep.equal({ orders: 3 });
    const states = stage.venue.orders('test-client').map((one) => one['order_state']);
    expect(states).to.deep.equal(['cancelled', 'cancelled', 'cancelled']);
  });
});
