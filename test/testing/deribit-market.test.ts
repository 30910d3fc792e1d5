// The simulated Deribit's market data: subscriptions, the book chain, trades, load.
import { expect } from 'chai';
import { type DeribitOptions, SimulatedDeribit } from '../../src/testing/index.js';
import { waitFor, WireClient } from './wire-client.js';

type Entry = readonly [string, number, number];
interface BookFrame {
  readonly type: string;
  readonly change_id: number;
  readonly prev_change_id?: number;
  readonly bids: readonly Entry[];
  readonly asks: readonly Entry[];
}

/** Applies frames as a client does and fails on a broken chain. */
function rebuild(frames: readonly BookFrame[]): { readonly bids: object; readonly asks: object } {
  const bids = new Map<number, number>();
  const asks = new Map<number, number>();
  let last = 0;
  for (const frame of frames) {
    if (frame.type === 'snapshot') {
      bids.clear();
      asks.clear();
    } else {
      expect(frame.prev_change_id).to.equal(last);
      expect(frame.bids.length + frame.asks.length).to.be.above(0);
    }
    last = frame.change_id;
    for (const [side, entries] of [
      [bids, frame.bids],
      [asks, frame.asks],
    ] as const) {
      for (const [action, price, amount] of entries) {
        if (action === 'delete') side.delete(price);
        else side.set(price, amount);
      }
    }
  }
  const sorted = (side: Map<number, number>) =>
    Object.fromEntries([...side].sort(([one], [other]) => one - other));
  return { bids: sorted(bids), asks: sorted(asks) };
}

describe('simulated Deribit: market data', () => {
  let exchange: SimulatedDeribit;
  let client: WireClient;

  async function start(options: DeribitOptions = {}): Promise<void> {
    exchange = await SimulatedDeribit.start({ eventsPerSecond: 0, ...options });
    client = await WireClient.open(exchange.url);
  }

  async function subscribe(...channels: string[]): Promise<string[]> {
    return (await client.ask('public/subscribe', { channels }))['result'];
  }

  afterEach(async () => {
    client.socket.terminate();
    await exchange.close();
  });

  it('leaves unknown channels out without a word', async () => {
    await start();
    const good = ['trades.BTC-PERPETUAL.100ms', 'book.ETH-PERPETUAL.none.10.100ms', 'platform_state'];
    const bad = [
      'trades.NONE-PERPETUAL.100ms',
      'book.BTC-PERPETUAL.50ms',
      'book.BTC-PERPETUAL.none.7.100ms',
      'x',
    ];
    expect(await subscribe(...bad)).to.deep.equal([]);
    const confirmed = await subscribe(...good, ...bad);
    expect(confirmed).to.have.members(good);
    expect(confirmed).to.not.deep.equal(good);
  });

  it('refuses raw channels to strangers with 13778', async () => {
    await start();
    const answer = await client.ask('public/subscribe', { channels: ['book.BTC-PERPETUAL.raw'] });
    expect(answer['error']).to.deep.equal({
      code: 13778,
      message: 'raw_subscriptions_not_available_for_unauthorized',
    });
    await client.login();
    expect(await subscribe('book.BTC-PERPETUAL.raw')).to.have.length(1);
  });

  it('sends one snapshot, and none for a subscription that is there already', async () => {
    await start();
    const channel = 'book.BTC-PERPETUAL.100ms';
    await subscribe(channel);
    expect(await subscribe(channel)).to.deep.equal([channel]);
    await client.ask('public/test');
    expect(client.data(channel)).to.have.length(1);
    expect((await client.ask('public/unsubscribe', { channels: [channel, 'x'] }))['result']).to.deep.equal([
      channel,
    ]);
    await subscribe(channel);
    await waitFor(() => client.data(channel).length === 2);
    expect(client.data(channel)[1]).to.include({ type: 'snapshot' }).and.not.have.property('prev_change_id');
    expect((await client.ask('public/unsubscribe_all'))['result']).to.equal('ok');
  });

  it('keeps the change chain, raw and gathered, through joins, moves and exponent forms', async () => {
    await start({ exponentShare: 0.5, timeScale: 0.05 });
    await client.login();
    const raw = 'book.BTC-PERPETUAL.raw';
    const gathered = 'book.BTC-PERPETUAL.100ms';
    await subscribe(raw, gathered);
    exchange.stepMarket('BTC-PERPETUAL', 100);
    const late = await WireClient.open(exchange.url);
    await late.ask('public/subscribe', { channels: [gathered] });
    exchange.stepMarket('BTC-PERPETUAL', 200);
    await waitFor(() => client.data(gathered).at(-1)?.change_id === client.data(raw).at(-1)?.change_id);
    await waitFor(() => late.data(gathered).at(-1)?.change_id === client.data(raw).at(-1)?.change_id);
    const book = (
      await client.ask('public/get_order_book', { instrument_name: 'BTC-PERPETUAL', depth: 1000 })
    )['result'];
    const byPrice = (side: [number, number][]) =>
      Object.fromEntries(side.sort(([one], [other]) => one - other));
    const truth = { bids: byPrice(book.bids), asks: byPrice(book.asks) };
    expect(rebuild(client.data(raw))).to.deep.equal(truth);
    expect(rebuild(client.data(gathered))).to.deep.equal(truth);
    expect(rebuild(late.data(gathered))).to.deep.equal(truth);
    const changes = client.data(raw).slice(1);
    expect(changes.every((change) => change.change_id - change.prev_change_id > 1)).to.equal(true);
    expect(client.texts.some((text) => /\d\.\d+e-?\d/.test(text))).to.equal(true);
    late.socket.terminate();
  });

  it('numbers the trades of an instrument one by one and tells them on every channel that covers it', async () => {
    await start();
    await client.login();
    const channels = ['trades.BTC-PERPETUAL.raw', 'trades.future.BTC.raw', 'trades.any.any.raw'];
    await subscribe(...channels);
    exchange.stepMarket('BTC-PERPETUAL', 50);
    exchange.publishTrade({ instrument: 'BTC-PERPETUAL', direction: 'buy', amount: 10 });
    await waitFor(() => channels.every((channel) => client.data(channel).length === 51));
    const sequences = client
      .data(channels[0] ?? '')
      .flat()
      .map((trade) => trade.trade_seq);
    expect(
      sequences.every((sequence, index) => index === 0 || sequence === sequences[index - 1] + 1),
    ).to.equal(true);
    const last = await client.ask('public/get_last_trades_by_instrument', {
      instrument_name: 'BTC-PERPETUAL',
      count: 3,
    });
    expect(last['result'].trades.map((trade: { trade_seq: number }) => trade.trade_seq)).to.deep.equal(
      sequences.slice(-3).reverse(),
    );
  });

  it('publishes exactly the book change it is told to', async () => {
    await start();
    await client.login();
    const channel = 'book.BTC-PERPETUAL.raw';
    await subscribe(channel, 'quote.BTC-PERPETUAL');
    exchange.publishBookChange('BTC-PERPETUAL', { bids: [[91_000.5, 70]], asks: [[92_000.5, 0]] });
    await waitFor(() => client.data(channel).length === 2);
    const { bids, asks } = client.data(channel)[1];
    expect({ bids, asks }).to.deep.equal({ bids: [['new', 91_000.5, 70]], asks: [['delete', 92_000.5, 0]] });
    expect(client.data('quote.BTC-PERPETUAL').at(-1)).to.include({ best_ask_price: 92_001 });
  });

  it('sends full windows on grouped channels, tickers, perpetuals and indices', async () => {
    await start({ timeScale: 0.05 });
    const channels = [
      'book.BTC-PERPETUAL.10.1.100ms',
      'ticker.BTC-PERPETUAL.100ms',
      'perpetual.BTC-PERPETUAL.100ms',
      'deribit_price_index.btc_usd',
    ];
    await subscribe(...channels);
    exchange.stepMarket('BTC-PERPETUAL', 10);
    await waitFor(() => channels.every((channel) => client.data(channel).length >= 2));
    const window = client.data(channels[0] ?? '')[1];
    expect(window).to.not.have.property('type');
    expect(window.bids).to.have.length(1);
    expect(window.bids[0][0] % 10).to.equal(0);
  });

  it('lets the market run by itself at its rate while somebody listens', async () => {
    await start({ eventsPerSecond: 500 });
    await client.login();
    await subscribe('trades.BTC-PERPETUAL.raw');
    await waitFor(() => client.data('trades.BTC-PERPETUAL.raw').length > 50);
  });

  it('gives the same market for the same seed', async () => {
    await start({ seed: 7 });
    const other = await SimulatedDeribit.start({ eventsPerSecond: 0, seed: 7 });
    const twin = await WireClient.open(other.url);
    const question = { instrument_name: 'ETH-PERPETUAL', depth: 50 };
    exchange.stepMarket('ETH-PERPETUAL', 30);
    other.stepMarket('ETH-PERPETUAL', 30);
    const one = (await client.ask('public/get_order_book', question))['result'];
    const two = (await twin.ask('public/get_order_book', question))['result'];
    expect(one.bids).to.deep.equal(two.bids);
    twin.socket.terminate();
    await other.close();
  });

  it('floods listeners with frames that keep their chain, and puts the book right afterwards', async () => {
    await start({ journal: { recordsEvents: false }, timeScale: 0.05 });
    const channels = ['book.BTC-PERPETUAL.100ms', 'trades.BTC-PERPETUAL.100ms'] as const;
    await subscribe(...channels);
    exchange.flood({ framesPerSecond: 50_000, framesPerTopic: 2000 });
    await waitFor(() => client.data(channels[0]).length === 2002 && client.data(channels[1]).length === 2000);
    const book = (
      await client.ask('public/get_order_book', { instrument_name: 'BTC-PERPETUAL', depth: 100 })
    )['result'];
    expect(Object.keys(rebuild(client.data(channels[0])).bids)).to.have.length(book.bids.length);
    const sequences = client.data(channels[1]).map(([trade]) => trade.trade_seq);
    expect(sequences.at(-1) - sequences[0]).to.equal(1999);
    expect(client.frames.length).to.equal(client.texts.length);
  });

  it('lists instruments by kind and currency', async () => {
    await start();
    const ask = async (params: object) => (await client.ask('public/get_instruments', params))['result'];
    expect(await ask({ currency: 'BTC', kind: 'future' })).to.have.length(2);
    expect(await ask({ currency: 'any', kind: 'option' })).to.have.length(0);
    expect((await ask({ currency: 'USDC' }))[0]).to.include({
      instrument_name: 'BTC_USDC-PERPETUAL',
      is_active: true,
    });
  });
});
