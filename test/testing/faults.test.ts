// Every fault of the kit, seen from the other end of the wire, and the journal's account of it.
import { expect } from 'chai';
import { type Fault, SimulatedDeribit } from '../../src/testing/index.js';
import { waitFor, WireClient } from './wire-client.js';

const trades = 'trades.BTC-PERPETUAL.raw';
const book = 'book.BTC-PERPETUAL.raw';
const order = { instrument_name: 'BTC-PERPETUAL', amount: 10, price: 80_000, type: 'limit', label: 'once' };

describe('faults', () => {
  let exchange: SimulatedDeribit;
  let client: WireClient;
  let bystander: WireClient;

  beforeEach(async () => {
    exchange = await SimulatedDeribit.start({ eventsPerSecond: 0, exponentShare: 0 });
    client = await WireClient.open(exchange.url);
    await client.login();
    bystander = await WireClient.open(exchange.url);
    await bystander.login();
  });

  afterEach(async () => {
    client.socket.terminate();
    bystander.socket.terminate();
    await exchange.close();
  });

  const first = () => exchange.connections[0]?.id ?? '';
  const step = (steps = 1) => exchange.stepMarket('BTC-PERPETUAL', steps);

  for (const by of ['rst', 'fin'] as const) {
    it(`drops one connection by ${by} and leaves the others`, async () => {
      exchange.inject({ kind: 'drop', by, connection: first() });
      await waitFor(() => client.closed !== undefined);
      expect(client.closed?.code).to.equal(1006);
      expect(await bystander.ask('public/test')).to.have.property('result');
      expect(exchange.connections).to.have.length(1);
    });
  }

  it('closes with a code and a reason', async () => {
    exchange.inject({ kind: 'close', code: 4321, reason: 'because', connection: 'newest' });
    await waitFor(() => bystander.closed !== undefined);
    expect(bystander.closed).to.deep.equal({ code: 4321, reason: 'because' });
  });

  it('closes the way the venue treats slow readers', async () => {
    exchange.inject({ kind: 'slow-consumer', connection: first() });
    await waitFor(() => client.closed !== undefined);
    expect(client.closed?.reason).to.equal('connection_too_slow');
  });

  it('lets no close of the venue through while it is half-open', async () => {
    const id = first();
    exchange.inject({ kind: 'half-open', reading: true, connection: id });
    exchange.inject({ kind: 'close', code: 4000, reason: 'heartbeat close', connection: id });
    await waitFor(() => exchange.connections.length === 1);
    expect(await bystander.ask('public/test')).to.have.property('result');
    expect(client.closed).to.equal(undefined);
    expect(client.socket.readyState).to.equal(client.socket.OPEN);
  });

  for (const reading of [true, false]) {
    it(`goes half-open, ${reading ? 'reading' : 'not reading'}, for a while: no answer, no pong, no close`, async () => {
      let pongs = 0;
      client.socket.on('pong', () => {
        pongs += 1;
      });
      exchange.inject({ kind: 'half-open', reading, connection: first() });
      client.socket.ping();
      const id = client.send('public/test');
      await bystander.ask('public/test');
      expect(client.answerTo(id)).to.equal(undefined);
      expect(pongs).to.equal(0);
      expect(client.closed).to.equal(undefined);
      exchange.inject({ kind: 'clear' });
      expect(await client.ask('public/test')).to.have.property('result');
    });
  }

  it('swallows everything it should send while it still executes', async () => {
    exchange.inject({ kind: 'black-hole', connection: first() });
    client.send('private/buy', order);
    await waitFor(() => exchange.orders('test-client').length === 1);
    exchange.inject({ kind: 'clear' });
    await client.ask('public/test');
    expect(client.frames).to.have.length(2);
  });

  it('drops on a request before executing it', async () => {
    exchange.inject({ kind: 'drop-on', method: 'private/buy', when: 'before-execution', by: 'rst' });
    client.send('private/buy', order);
    await waitFor(() => client.closed !== undefined);
    expect(exchange.orders('test-client')).to.deep.equal([]);
    expect(exchange.journal.of('order-received')).to.deep.equal([]);
  });

  it('drops on a request after executing it, without its answer', async () => {
    exchange.inject({ kind: 'drop-on', method: 'private/buy', when: 'after-execution', by: 'rst' });
    client.send('private/buy', order);
    await waitFor(() => client.closed !== undefined);
    expect(client.frames).to.have.length(1);
    expect(exchange.orders('test-client')).to.have.length(1);
    expect(exchange.journal.of('order')[0]).to.include({ label: 'once', state: 'open' });
  });

  it('drops between a login and its answer, once', async () => {
    exchange.inject({ kind: 'drop-on', method: 'public/auth', when: 'after-execution', by: 'fin' });
    const late = await WireClient.open(exchange.url);
    const lost = await late.login().catch(() => 'lost');
    expect(lost).to.equal('lost');
    const again = await WireClient.open(exchange.url);
    expect(await again.login()).to.have.property('result');
    again.socket.terminate();
  });

  it('executes an order and loses the answer', async () => {
    exchange.inject({ kind: 'lose-answer', method: 'private/buy' });
    const lost = client.send('private/buy', order);
    expect(await client.ask('private/buy', { ...order, label: 'twice' })).to.have.property('result');
    expect(client.answerTo(lost)).to.equal(undefined);
    expect(exchange.orders('test-client').map((one) => one['label'])).to.deep.equal(['once', 'twice']);
    expect(exchange.journal.of('withheld')[0]).to.include({ what: 'private/buy', why: 'lose-answer' });
  });

  it('fails requests with any error of the venue, without executing them', async () => {
    const fault: Fault = {
      kind: 'fail-request',
      method: 'private/buy',
      code: 10_041,
      message: 'settlement_in_progress',
      times: 2,
    };
    exchange.inject(fault);
    for (let attempt = 0; attempt < 2; attempt++) {
      expect((await client.ask('private/buy', order))['error'].code).to.equal(10_041);
    }
    expect(await client.ask('private/buy', order)).to.have.property('result');
    expect(exchange.orders('test-client')).to.have.length(1);
  });

  it('acknowledges a topic without ever sending its data', async () => {
    exchange.inject({ kind: 'silent-topic', topic: trades });
    expect((await client.ask('public/subscribe', { channels: [trades, book] }))['result']).to.have.length(2);
    step();
    await waitFor(() => client.data(book).length === 2);
    expect(client.data(trades)).to.deep.equal([]);
  });

  it('refuses one topic, and takes one away after it was acknowledged', async () => {
    exchange.inject({ kind: 'refuse-topic', topic: trades });
    expect((await client.ask('public/subscribe', { channels: [trades, book] }))['result']).to.deep.equal([
      book,
    ]);
    exchange.inject({ kind: 'revoke-topic', topic: book });
    step();
    await client.ask('public/test');
    expect(client.data(book)).to.have.length(1);
  });

  it('delays answers so that they overtake each other, and market data in order', async () => {
    await client.ask('public/subscribe', { channels: [trades] });
    exchange.inject({ kind: 'delay', ms: 1, jitterMs: 40, what: 'all', connection: first() });
    const ids = Array.from({ length: 30 }, () => client.send('public/test'));
    await waitFor(() => exchange.connections[0]?.framesReceived === 32);
    step(20);
    await waitFor(
      () => ids.every((id) => client.answerTo(id) !== undefined) && client.data(trades).length === 20,
    );
    const answered = client.frames.map((frame) => frame['id']).filter((id) => ids.includes(id));
    expect(answered).to.not.deep.equal(ids);
    const sequences = client.data(trades).map(([trade]) => trade.trade_seq);
    expect(sequences).to.deep.equal([...sequences].sort((one, other) => one - other));
  });

  it('sends a malformed frame', async () => {
    exchange.inject({ kind: 'malformed', connection: first() });
    exchange.inject({ kind: 'malformed', text: 'no json', connection: first() });
    await waitFor(() => client.texts.includes('no json'));
    expect(client.frames).to.have.length(1);
    expect(client.texts).to.have.length(3);
  });

  it('skips, repeats and reorders frames of a topic', async () => {
    await client.ask('public/subscribe', { channels: [trades] });
    const sequences = () => client.data(trades).map(([trade]) => trade.trade_seq);
    step();
    await waitFor(() => sequences().length === 1);
    const [start] = sequences();
    exchange.inject({ kind: 'gap', topic: trades });
    step(2);
    exchange.inject({ kind: 'duplicate', topic: trades });
    step(1);
    exchange.inject({ kind: 'reorder', topic: trades });
    step(2);
    await waitFor(() => sequences().length === 6);
    expect(sequences().map((sequence) => sequence - start)).to.deep.equal([0, 2, 3, 3, 5, 4]);
    expect(exchange.journal.of('withheld')[0]).to.include({ why: 'gap', sequence: start + 1 });
    const sent = exchange.journal.of('event-sent').map((entry) => entry.sequence - start);
    expect(sent).to.deep.equal([0, 2, 3, 3, 5, 4]);
  });

  it('expires every token', async () => {
    exchange.inject({ kind: 'expire-tokens', account: 'test-client' });
    expect((await client.ask('private/get_positions'))['error'].code).to.equal(13_009);
  });

  for (const status of [401, 403, 404, 429, 503]) {
    it(`refuses the upgrade with ${status} as often as told`, async () => {
      exchange.inject({ kind: 'refuse-upgrade', status, times: 2 });
      for (let attempt = 0; attempt < 2; attempt++) {
        const refused = await WireClient.open(exchange.url).catch((error: Error) => error.message);
        expect(refused).to.contain(String(status));
      }
      const late = await WireClient.open(exchange.url);
      late.socket.terminate();
      expect(exchange.journal.of('upgrade-refused')).to.have.length(2);
    });
  }

  it('refuses connections for a while on the same port, and keeps the open ones', async () => {
    exchange.inject({ kind: 'refuse-connections', forMs: 1_000 });
    const refused = await WireClient.open(exchange.url).catch((error: NodeJS.ErrnoException) => error.code);
    expect(refused).to.equal('ECONNREFUSED');
    expect(await client.ask('public/test')).to.have.property('result');
    let late: WireClient | undefined;
    while (late === undefined) late = await WireClient.open(exchange.url).catch(() => undefined);
    late.socket.terminate();
  });

  it('announces a stop, then stops', async () => {
    await client.ask('public/subscribe', { channels: ['platform_state'] });
    exchange.inject({ kind: 'planned-stop', closeAfterMs: 20 });
    await waitFor(() => client.closed !== undefined);
    expect(client.data('platform_state')).to.deep.equal([{ maintenance: true }]);
  });

  it('tells a wrong time when its clock is skewed', async () => {
    exchange.inject({ kind: 'clock-skew', ms: -3_600_000 });
    expect(Date.now() - (await client.ask('public/get_time'))['result']).to.be.above(3_500_000);
  });

  it('closes a client that really does not read', async () => {
    const strict = await SimulatedDeribit.start({ eventsPerSecond: 200, slowConsumerBytes: 1000 });
    const slow = await WireClient.open(strict.url);
    await slow.ask('public/subscribe', { channels: ['announcements', 'trades.BTC-PERPETUAL.100ms'] });
    slow.socket.pause();
    for (let index = 0; index < 30; index++) strict.publish('announcements', 'x'.repeat(1_000_000));
    await waitFor(() => strict.connections.length === 0);
    expect(strict.journal.of('connection-closed')[0]).to.include({ reason: 'connection_too_slow' });
    slow.socket.terminate();
    await strict.close();
  });

  it('refuses a fault for a connection that is not there', () => {
    expect(() => exchange.inject({ kind: 'drop', by: 'rst', connection: 'c99' })).to.throw(TypeError, 'c99');
  });

  it('keeps a bounded journal and counts what fell out', async () => {
    const small = await SimulatedDeribit.start({ journal: { maxEntries: 10 } });
    for (let index = 0; index < 50; index++) small.inject({ kind: 'clear' });
    expect(small.journal.entries()).to.have.length(10);
    expect(small.journal.dropped).to.equal(40);
    expect(small.journal.entries(48).map((entry) => entry.index)).to.deep.equal([49, 50]);
    await small.close();
    await small.close();
  });

  it('never writes a secret down', async () => {
    const { refresh_token } = (await client.login())['result'];
    const journal = JSON.stringify(exchange.journal.entries());
    expect(journal).to.not.contain('test-secret').and.not.contain(refresh_token);
  });
});
