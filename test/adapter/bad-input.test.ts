import { expect } from 'chai';
import { pino } from 'pino';
import { Adapter, type AdapterOptions, type OrderRequest } from '../../src/index.js';
import type { Life } from './life.js';
import { rejection } from './settled.js';
import { credentials, order, Stage, TRADES } from './stage.js';
import { threadOptions } from '../../src/client/settings.js';
import { threadsFor } from '../../src/threads/index.js';

const SECRET = 'value-that-must-not-be-shown';

/** Name of the option as the error must tell it, and a value that is wrong. */
const wrongOptions: readonly (readonly [name: string, options: unknown])[] = [
  ['options', 'x'],
  ['options', null],
  ['options.reconnect', { reconnect: true }],
  ['options.name', { name: '' }],
  ['options.name', { name: 7 }],
  ['options.network', { network: 'prod' }],
  ['options.url', { url: SECRET }],
  ['options.url', { url: 'https://example.org' }],
  ['options.url', { url: 5 }],
  ['options.cancelOnDisconnect', { cancelOnDisconnect: 'yes' }],
  ['options.topics', { topics: TRADES }],
  ['options.topics.0', { topics: [7] }],
  ['options.topics.1', { topics: [TRADES, ''] }],
  ['options.delivery', { delivery: 'objects' }],
  ['options.topicDelivery.0', { topicDelivery: [TRADES] }],
  [`options.topicDelivery.${TRADES}`, { topicDelivery: { [TRADES]: 'x' } }],
  ['options.conflate', { conflate: true }],
  ['options.books', { books: { depth: 0 } }],
  ['options.books', { books: 'top' }],
  [`options.topicBooks.${TRADES}`, { topicBooks: { [TRADES]: { depth: 1.5 } } }],
  ['options.onReconcile', { onReconcile: 'x' }],
  ['options.onResume', { onResume: {} }],
  ['options.backoff', { backoff: 5 }],
  ['options.backoff.baseMs', { backoff: { baseMs: -1 } }],
  ['options.backoff.capMs', { backoff: { capMs: Number.NaN } }],
  ['options.backoff.factor', { backoff: { factor: 2 } }],
  ['options.readyHoldMs', { readyHoldMs: -1 }],
  ['options.maxAttempts', { maxAttempts: 0 }],
  ['options.stepTimeoutMs', { stepTimeoutMs: 0 }],
  ['options.hookTimeoutMs', { hookTimeoutMs: '10' }],
  ['options.requestTimeoutMs', { requestTimeoutMs: 2 ** 31 }],
  ['options.refreshAt', { refreshAt: 0 }],
  ['options.refreshAt', { refreshAt: 1.1 }],
  ['options.connection', { connection: 5 }],
  ['options.connection.reconnectOnError', { connection: { reconnectOnError: true } }],
  ['options.connection.headers', { connection: { headers: 'x' } }],
  ['options.connection.headers.x-key', { connection: { headers: { 'x-key': 5 } } }],
  ['options.connection.handshakeTimeoutMs', { connection: { handshakeTimeoutMs: 0 } }],
  ['options.connection.maxPayloadBytes', { connection: { maxPayloadBytes: 1.5 } }],
  ['options.connection.proxy', { connection: { proxy: 'ftp://example.org' } }],
  ['options.connection.tls.ca', { connection: { tls: { ca: 5 } } }],
  ['options.connection.heartbeat', { connection: { heartbeat: 5 } }],
  ['options.connection.heartbeat.type', { connection: { heartbeat: { type: 'x' } } }],
  [
    'options.connection.heartbeat.intervalMs',
    { connection: { heartbeat: { type: 'standard', intervalMs: 0 } } },
  ],
  ['options.connection.market.policy', { connection: { market: { policy: 'x' } } }],
  ['options.connection.market.maxEntries', { connection: { market: { maxEntries: 0 } } }],
  ['options.connection.workerUrl', { connection: { workerUrl: './worker.js' } }],
  ['options.connection.spares', { connection: { spares: -1 } }],
  ['options.connection.logger', { connection: { logger: console } }],
  ['options.connection.hangTimeoutMs', { connection: { hangTimeoutMs: -5 } }],
];

const wrongOrders: readonly (readonly [words: RegExp, order: unknown])[] = [
  [/order\.symbol/, { ...order, symbol: '' }],
  [/order\.symbol/, { ...order, symbol: 7 }],
  [/order\.side/, { ...order, side: 'long' }],
  [/order\.amount/, { ...order, amount: 0 }],
  [/order\.amount/, { ...order, amount: Number.NaN }],
  [/order\.amount/, { ...order, amount: Number.POSITIVE_INFINITY }],
  [/order\.amount/, { ...order, amount: 'ten' }],
  [/order\.amount/, { symbol: order.symbol, side: 'buy' }],
  [/order\.price/, { ...order, price: -1 }],
  [/order\.price/, { ...order, price: '' }],
  [/price/, { symbol: order.symbol, side: 'buy', type: 'limit', amount: 10 }],
  [/order\.clientOrderId/, { ...order, clientOrderId: 'x'.repeat(65) }],
  [/order\.clientOrderId/, { ...order, clientOrderId: '' }],
  [/order\.clientOrderId/, { ...order, clientOrderId: 5 }],
  [/order/, { ...order, extra: { price: 1 } }],
  [/order/, undefined],
  [/order/, null],
  [/order/, 'buy'],
];

const module_ = (text: string): string => `data:text/javascript,${encodeURIComponent(text)}`;

describe('wrong options of an adapter', () => {
  for (const [name, options] of wrongOptions) {
    it(`are a TypeError at once: ${name} ${JSON.stringify(options) ?? ''}`, () => {
      const make = (): Adapter => new Adapter('deribit', options as AdapterOptions);
      expect(make)
        .to.throw(TypeError)
        .with.property('message')
        .that.satisfies((message: string) => message.startsWith(`${name} `) && !message.includes(SECRET));
    });
  }

  it('are an exchange that does not exist, and the error lists those that do', () => {
    for (const exchange of ['nyse', '', './mine.js', 7, undefined, null])
      expect(() => new Adapter(exchange as string)).to.throw(TypeError, /exchange/);
    expect(() => new Adapter('nyse')).to.throw(TypeError, /"nyse".*deribit/);
  });

  it('are credentials that the exchange cannot use, and the error shows none of them', async () => {
    const wrong: readonly (readonly [RegExp, unknown])[] = [
      [/clientSecret/, { clientId: SECRET }],
      [/clientId/, { clientSecret: SECRET }],
      [/clientId/, SECRET],
      [/grant/, { ...credentials, clientSecret: SECRET, grant: 'password' }],
    ];
    for (const [words, given] of wrong) {
      const error = await rejection(new Adapter<string>('deribit', { credentials: given }).connect());
      expect(error).to.be.instanceOf(TypeError);
      expect(error.message)
        .to.match(/^options\.credentials/)
        .and.match(words)
        .and.not.include(SECRET);
    }
  });

  it('are cancel-on-disconnect without a login, and private topics without one', async () => {
    const armed = await rejection(new Adapter('deribit', { cancelOnDisconnect: true }).connect());
    expect(armed).to.be.instanceOf(TypeError).with.property('message').that.includes('options.credentials');
    const secret = await rejection(new Adapter('deribit', { topics: ['user.orders.any.any.raw'] }).connect());
    expect(secret).to.be.instanceOf(TypeError).with.property('message').that.includes('options.credentials');
  });

  it('hold no thread pool open after options that turned out to be wrong', async () => {
    const threads = threadsFor(threadOptions({}));
    const before = threads.leases;
    await rejection(new Adapter('deribit', { topics: ['user.orders.any.any.raw'] }).connect());
    await rejection(new Adapter('deribit', { topics: ['not a topic'] }).connect());
    expect(threads.leases).to.equal(before);
  });

  it('are modules that are no exchange: the error says what they lack', async () => {
    const modules: readonly (readonly [words: RegExp, text: string])[] = [
      [/not load|cannot/i, 'throw new Error("broken")'],
      [/not load|cannot/i, 'syntax error here'],
      [/default/, 'export const exchange = {}'],
      [/name/, 'export default {}'],
      [/./, 'export default 5'],
    ];
    for (const [words, text] of modules) {
      const adapter = new Adapter(module_(text));
      const error = await rejection(adapter.connect());
      expect(error.message, text).to.match(words);
      expect((await rejection(adapter.subscribe([TRADES]))).message).to.equal(error.message);
      await adapter.close();
      expect(adapter.state).to.equal('closed');
    }
    const missing = new Adapter(new URL('./nowhere.js', import.meta.url));
    expect((await rejection(missing.connect())).message).to.include('nowhere.js');
    await missing.close();
  });
});

describe('wrong arguments of an adapter’s calls', () => {
  let stage: Stage;
  let life: Life;
  before(async () => {
    stage = await Stage.open({ eventsPerSecond: 0 });
    life = await stage.connected({ connection: { logger: pino({ enabled: false }) } });
  });
  after(() => stage.close());
  afterEach(() => {
    // Nothing of it reached the exchange, and nothing broke.
    expect(stage.entries('order-received')).to.deep.equal([]);
    expect(life.adapter.state).to.equal('ready');
    expect(life.exits).to.deep.equal([]);
  });

  for (const [words, wrong] of wrongOrders) {
    it(`are a TypeError for the order ${JSON.stringify(wrong)?.slice(0, 90) ?? 'undefined'}`, async () => {
      const error = await rejection(life.adapter.sendOrder(wrong as OrderRequest));
      expect(error).to.be.instanceOf(TypeError);
      expect(error.message).to.match(words);
    });
  }

  it('are a TypeError for topics', async () => {
    for (const topics of [
      TRADES,
      undefined,
      [7],
      [''],
      ['nonsense!'],
      ['book.BTC-PERPETUAL.5s'],
      [TRADES, null],
    ]) {
      for (const call of ['subscribe', 'unsubscribe'] as const) {
        const error = await rejection(life.adapter[call](topics as string[]));
        expect(error, JSON.stringify(topics)).to.be.instanceOf(TypeError);
        expect(error.message).to.match(/topic/);
      }
    }
    expect(life.adapter.topics.wanted).to.deep.equal([]);
  });

  it('are a TypeError for the name of an order', async () => {
    const { adapter } = life;
    for (const wrong of [{}, undefined, null, 'id', { orderId: 5 }, { clientOrderId: '' }]) {
      const reference = wrong as { orderId: string };
      const calls = [
        adapter.cancelOrder(reference),
        adapter.lookupOrder(reference),
        adapter.editOrder(reference, { amount: 10, postOnly: false }),
      ];
      for (const call of calls) {
        const error = await rejection(call);
        expect(error, JSON.stringify(wrong)).to.be.instanceOf(TypeError);
        expect(error.message).to.match(/order/);
      }
    }
  });

  it('are a TypeError for the options of a call', async () => {
    const { adapter } = life;
    for (const options of [
      { timeoutMs: 0 },
      { timeoutMs: -5 },
      { timeoutMs: Number.NaN },
      { timeoutMs: '5' },
      { timeoutMs: Number.POSITIVE_INFINITY },
      { sendBeforeMs: 0 },
      { sendBeforeMs: Number.NaN },
      { id: {} },
      { id: Number.NaN },
      { id: '' },
      { id: -1 },
      { id: 1.5 },
      5,
      null,
    ]) {
      const error = await rejection(adapter.sendOrder(order, options as never));
      expect(error, JSON.stringify(options)).to.be.instanceOf(TypeError);
      expect(error.message).to.match(/options/);
    }
  });

  it('are refused for a request', async () => {
    const { adapter } = life;
    for (const method of ['', 5, undefined]) {
      const error = await rejection(adapter.request(method as string));
      expect(error).to.be.instanceOf(TypeError);
    }
    expect((await rejection(adapter.request('public/nothing'))).code).to.equal('request-rejected');
    expect((await rejection(adapter.request('public/test', { text: 'x'.repeat(40_000) }))).code).to.equal(
      'frame-too-large',
    );
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect((await rejection(adapter.request('public/test', loop))).code).to.equal('unsupported');
    expect((await rejection(adapter.request('public/test', { big: 5n }))).code).to.equal('unsupported');
  });

  it('are a TypeError for an event that does not exist, and for a listener that is none', () => {
    expect(() => life.adapter.on('trade' as 'trades', () => undefined)).to.throw(TypeError, /trade/);
    expect(() => life.adapter.on('trades', 'x' as never)).to.throw(TypeError, /listener/);
  });
});
