import { secp256k1 } from '@noble/curves/secp256k1.js';
import { expect } from 'chai';
import type { Exchange, Outgoing, RequestContext } from '../../src/exchanges/exchange.js';
import { actions, hyperliquid } from '../../src/exchanges/hyperliquid.js';
import { addressOf } from '../../src/exchanges/dialects/typed-data.js';
import { actionHash } from '../../src/exchanges/dialects/signed-actions.js';
import { requestContext } from '../support/request-context.js';

const exchange = hyperliquid as Exchange;
const orders = exchange.orders!;
const privateKey = '0x0123456789012345678901234567890123456789012345678901234567890123';
const signer = '0x14791697260e4c9a71f18484c9f997b308e59325';
const account = '0x61FB9e7583dc92cc76eb52f93d88addaa0f02265';
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const limit = (a: number, p: string, s: string, tif: string) => ({
  type: 'order',
  orders: [{ a, b: true, p, s, r: false, t: { limit: { tif } } }],
  grouping: 'na',
});

/** A context that knows two instruments; each is of a later time than the one before, as nonces want it. */
let clock = 1_790_000_000_000;
function context(extra: Partial<RequestContext> = {}): RequestContext {
  clock += 1000;
  const credentials = { privateKey, account };
  const instrumentIds = new Map([
    ['BTC', 0],
    ['ETH', 4],
  ]);
  return { ...requestContext({ wallMs: clock, credentials }), instrumentIds, ...extra };
}
interface Payload {
  readonly action: Readonly<Record<string, unknown>>;
  readonly nonce: number;
  readonly signature: { readonly r: string; readonly s: string; readonly v: number };
  readonly vaultAddress: string | null;
  readonly expiresAfter?: number;
}
function payloadOf({ id, frame }: Outgoing): Payload {
  const message = JSON.parse(frame) as {
    method: string;
    id: number;
    request: { type: string; payload: Payload };
  };
  expect(message).to.include({ method: 'post', id });
  expect(message.request.type).to.equal('action');
  return message.request.payload;
}
const infoOf = ({ frame }: Outgoing): unknown => {
  const { request } = JSON.parse(frame) as { request: { type: string; payload: unknown } };
  expect(request.type).to.equal('info');
  return request.payload;
};

describe('hyperliquid signatures', () => {
  it("hash an action as the venue's own kit does", () => {
    const hash = actionHash({ action: limit(4, '1670.1', '0.0147', 'Ioc'), nonce: 1677777606040 });
    expect(hex(hash)).to.equal('0fcbeda5ae3c4950a548021552a4fea2226858c4453571bf3f24ba017eac2908');
  });

  it("are those of the venue's own kit on both networks", () => {
    const action = { action: limit(1, '100', '100', 'Gtc'), nonce: 0 };
    expect(actions.sign(action, privateKey, 'live')).to.deep.equal({
      r: '0xd65369825a9df5d80099e513cce430311d7d26ddf477f5b3a33d2806b100d78e',
      s: '0x2b54116ff64054968aa237c20ca9ff68000f977c93289157748a3162b6ea940e',
      v: 28,
    });
    expect(actions.sign(action, privateKey, 'test')).to.deep.equal({
      r: '0x82b2ba28e76b3d761093aaded1b1cdad4960b3af30212b343fb2e6cdfa4e3d54',
      s: '0x6b53878fc99d26047f4d7e8c90eb98955a109f44209163f52d8dc4278cbbd9f5',
      v: 27,
    });
  });

  it('change with the vault and with the expiry', () => {
    const action = limit(1, '100', '100', 'Gtc');
    const hashes = [
      {},
      { vaultAddress: signer },
      { expiresAfter: 0 },
      { vaultAddress: signer, expiresAfter: 7 },
    ].map((rest) => hex(actionHash({ action, nonce: 0, ...rest })));
    expect(new Set(hashes)).to.have.property('size', 4);
  });

  it('belong to the address of the key', () => {
    expect(addressOf(privateKey)).to.equal(signer);
    const randomKey = `0x${hex(secp256k1.utils.randomSecretKey())}`;
    expect(addressOf(randomKey)).to.match(/^0x[0-9a-f]{40}$/);
  });
});

describe('hyperliquid orders', () => {
  const order = {
    symbol: 'ETH',
    side: 'buy',
    amount: '0.2000',
    price: 1100,
    clientOrderId: 'bot-1',
  } as const;

  it('are posted in the order of keys that is signed, with a signature that recovers to the key', () => {
    const { action, nonce, signature, vaultAddress } = payloadOf(orders.place(order, context()));
    expect(JSON.stringify(action)).to.equal(
      '{"type":"order","orders":[{"a":4,"b":true,"p":"1100","s":"0.2","r":false,"t":{"limit":{"tif":"Gtc"}},"c":"0x626f742d310000000000000000000000"}],"grouping":"na"}',
    );
    expect(vaultAddress).to.equal(null);
    expect(signature).to.deep.equal(actions.sign({ action, nonce }, privateKey, 'live'));
  });

  it('are signed for the network and the vault of the connection', () => {
    const vault = '0x1111111111111111111111111111111111111111';
    const { action, nonce, signature, vaultAddress, expiresAfter } = payloadOf(
      orders.place(
        { ...order, extra: { expiresAfter: 9 } },
        context({ network: 'test', credentials: { privateKey, vault } }),
      ),
    );
    expect([vaultAddress, expiresAfter]).to.deep.equal([vault, 9]);
    expect(signature).to.deep.equal(
      actions.sign({ action, nonce, vaultAddress: vault, expiresAfter: 9 }, privateKey, 'test'),
    );
  });

  it('never use a nonce twice, also when the clock stands still or goes back', () => {
    // A key of its own: the last nonce of a key is remembered for the whole process.
    const credentials = { privateKey: `0x${'7'.repeat(64)}` };
    const at = (wallMs: number) =>
      payloadOf(orders.place(order, { ...context({ credentials }), wallMs })).nonce;
    const future = clock + 50_000;
    const nonces = [at(future), at(future), at(future - 1000), at(future + 5000)];
    expect(nonces).to.deep.equal([future, future + 1, future + 2, future + 5000]);
    clock = future + 10_000;
  });

  it("turn the common words into the venue's", () => {
    const wire = (changes: object) =>
      (payloadOf(orders.place({ ...order, ...changes }, context())).action['orders'] as readonly object[])[0];
    expect(wire({ postOnly: true })).to.deep.include({ t: { limit: { tif: 'Alo' } } });
    expect(wire({ timeInForce: 'immediate-or-cancel', side: 'sell', reduceOnly: true })).to.deep.include({
      b: false,
      r: true,
      t: { limit: { tif: 'Ioc' } },
    });
    const trigger = { trigger: { isMarket: true, triggerPx: '1000', tpsl: 'sl' } };
    expect(wire({ extra: { t: trigger } })).to.deep.include({ t: trigger });
    expect(wire({ symbol: '@107' })).to.include({ a: 10107 });
    expect(() => wire({ symbol: 'eth' })).to.throw(TypeError, 'no instrument "eth"');
  });

  it('are refused before they are sent where the venue has no meaning for them', () => {
    const check = (changes: object) => orders.validate!({ ...order, ...changes });
    expect(check({})).to.equal(undefined);
    expect(check({ clientOrderId: '0x00030050c6301a2b00000100000000d2' })).to.equal(undefined);
    expect(check({ type: 'market' })).to.include('limit orders only');
    expect(check({ timeInForce: 'fill-or-kill' })).to.include('timeInForce');
    expect(check({ clientOrderId: 'longer than sixteen' })).to.include('clientOrderId');
    expect(check({ extra: { foo: 1 } })).to.include('extra.foo');
    expect(check({ price: undefined })).to.include('price');
  });

  it('are read back from the answer and what was asked', () => {
    const answer = (status: unknown) => ({
      status: 'ok',
      response: { type: 'order', data: { statuses: [status] } },
    });
    expect(orders.readPlaced(answer({ resting: { oid: 5 } }), order)).to.include({
      orderId: '5',
      clientOrderId: 'bot-1',
      symbol: 'ETH',
      side: 'buy',
      state: 'open',
      price: 1100,
      amount: 0.2,
      filledAmount: 0,
    });
    expect(
      orders.readPlaced(answer({ filled: { oid: 5, totalSz: '0.2', avgPx: '1099.5' } }), order),
    ).to.include({ state: 'filled', filledAmount: 0.2, averagePrice: 1099.5 });
    expect(orders.readPlaced(answer('waitingForTrigger'), order)).to.equal(undefined);
    expect(orders.readPlaced(undefined, order)).to.equal(undefined);
  });

  it('are cancelled by either id, and replaced as a whole', () => {
    expect(payloadOf(orders.cancel({ orderId: '77', symbol: 'ETH' }, context())).action).to.deep.equal({
      type: 'cancel',
      cancels: [{ a: 4, o: 77 }],
    });
    expect(
      payloadOf(orders.cancel({ clientOrderId: 'bot-1', symbol: 'BTC' }, context())).action,
    ).to.deep.equal({
      type: 'cancelByCloid',
      cancels: [{ asset: 0, cloid: '0x626f742d310000000000000000000000' }],
    });
    const { action } = payloadOf(
      orders.edit!({ orderId: '77', symbol: 'ETH' }, { side: 'sell', price: '1.50', amount: 2 }, context()),
    );
    expect(action).to.deep.equal({
      type: 'modify',
      oid: 77,
      order: { a: 4, b: false, p: '1.5', s: '2', r: false, t: { limit: { tif: 'Gtc' } } },
    });
    expect(() => orders.edit!({ orderId: '77', symbol: 'ETH' }, { price: 1 }, context())).to.throw(
      TypeError,
      'replaces an order',
    );
    expect(() => orders.cancel({ orderId: '77' }, context())).to.throw(TypeError);
  });

  it('are looked up and listed for the account, not for the key that signs', () => {
    const user = account.toLowerCase();
    expect(infoOf(orders.lookup!({ clientOrderId: 'bot-1' }, context()))).to.deep.equal({
      type: 'orderStatus',
      user,
      oid: '0x626f742d310000000000000000000000',
    });
    expect(infoOf(orders.openOrders!({}, context()))).to.deep.equal({ type: 'openOrders', user });
    expect(infoOf(orders.positions!(context({ credentials: { privateKey } })))).to.deep.equal({
      type: 'clearinghouseState',
      user: signer,
    });
    expect(() => orders.openOrders!({ symbol: 'BTC' }, context())).to.throw(TypeError);
    const row = { coin: 'ETH', side: 'B', limitPx: '1.0', sz: '1.0', oid: 3, timestamp: 17, origSz: '1.0' };
    expect(
      orders.readLookup!({
        status: 'order',
        order: { order: row, status: 'marginCanceled', statusTimestamp: 18 },
      })[0],
    ).to.include({ state: 'cancelled', cancelReason: 'marginCanceled' });
    expect(orders.readLookup!({ status: 'unknownOid' })).to.deep.equal([]);
    expect(orders.readOpenOrders!([row, {}])).to.have.length(1);
    const position = { coin: 'ETH', szi: '-0.5', entryPx: '2986.3' };
    expect(orders.readPositions!({ assetPositions: [{ type: 'oneWay', position }] })).to.deep.equal([
      { symbol: 'ETH', amount: -0.5, averagePrice: 2986.3, raw: position },
    ]);
  });
});

describe('hyperliquid account', () => {
  it('checks keys without repeating them', () => {
    const { login } = exchange;
    expect(login!.validate({ privateKey })).to.equal(undefined);
    expect(login!.validate({ privateKey, account })).to.equal(undefined);
    for (const bad of [
      undefined,
      {},
      { privateKey: 'hunter2' },
      { privateKey: `0x${'0'.repeat(64)}` },
      { privateKey: `0x${'f'.repeat(64)}` },
    ]) {
      expect(login!.validate(bad)).to.match(/^credentials\.privateKey must be 32 bytes/);
    }
    expect(login!.validate({ privateKey, vault: 'x' })).to.match(/^credentials\.vault must be an address/);
  });

  it('asks whether the venue knows the key, without sending it', () => {
    const call = exchange.login!.fetch!({ privateKey }, context());
    expect(JSON.parse(call.body ?? '')).to.deep.equal({ type: 'userRole', user: signer });
    expect(JSON.stringify(call)).to.not.include(privateKey);
    expect(exchange.login!.read({ role: 'agent', data: { user: account } }, { privateKey })).to.deep.include({
      granted: ['agent'],
    });
    const refused = exchange.login!.read({ role: 'missing' }, { privateKey });
    expect(refused).to.include({ code: 'missing' });
    expect(exchange.classify(refused as never)).to.equal('fatal-login');
    expect(exchange.login!.read({}, { privateKey })).to.be.a('string');
  });

  it('learns the numbers of instruments from two lists', () => {
    const { fetch, read } = exchange.instrumentIds!;
    expect(fetch(context()).map(({ body }) => body)).to.deep.equal([
      '{"type":"meta"}',
      '{"type":"spotMeta"}',
    ]);
    expect(read({ universe: [{ name: 'BTC' }, { name: 'ETH' }] })).to.deep.equal([
      ['BTC', 0],
      ['ETH', 1],
    ]);
    expect(
      read({
        tokens: [],
        universe: [
          { name: 'PURR/USDC', index: 0 },
          { name: '@107', index: 107 },
        ],
      }),
    ).to.deep.equal([
      ['PURR/USDC', 10000],
      ['@107', 10107],
    ]);
    expect(read({})).to.be.a('string');
  });

  it('schedules the cancel of everything a minute ahead', () => {
    const own = context();
    const [request] = exchange.safetySwitch!.arm(own);
    expect(payloadOf(request!).action).to.deep.equal({ type: 'scheduleCancel', time: own.wallMs + 60_000 });
    expect(request!.check({ status: 'ok', response: { type: 'default' } })).to.equal(undefined);
    expect(request!.check({})).to.be.a('string');
  });

  it('reads its errors by their words', () => {
    const classes: readonly (readonly [string, string])[] = [
      ['User or API Wallet 0x4b6c does not exist.', 'fatal-login'],
      ['Order was never placed, already canceled, or filled. asset=5', 'not-found'],
      ['429 Too Many Requests', 'rate'],
      ['502 Bad Gateway', 'unknown'],
      ['Order must have minimum value of $10. asset=5', 'reject'],
    ];
    for (const [message, expected] of classes)
      expect(exchange.classify({ code: 'err', message }), message).to.equal(expected);
  });

  it('takes any action and any question', () => {
    expect(payloadOf(exchange.request!('action', { type: 'noop' }, context())).action).to.deep.equal({
      type: 'noop',
    });
    expect(infoOf(exchange.request!('allMids', { dex: '' }, context()))).to.deep.equal({
      type: 'allMids',
      dex: '',
    });
  });
});
