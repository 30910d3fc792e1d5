// Channel names: which exist, and the stream that stands behind each. A name that is not understood has none.
import type { Account } from './accounts.js';
import { writeSummary } from './account-summary.js';
import { BookStream, GroupedBookStream } from './book-stream.js';
import type { DeribitMarket } from './market.js';
import { IndexStream, QuietStream, QuoteStream, StateStream, TradesStream } from './public-streams.js';
import type { ChannelStream, Pace } from './streams.js';
import {
  UserChangesStream,
  UserOrdersStream,
  UserPortfolioStream,
  UserTradesStream,
  type UserStream,
} from './user-streams.js';
import type { World } from './world.js';

/** A channel, opened: the stream and the markets it listens to. */
export interface OpenedChannel {
  readonly stream: ChannelStream;
  readonly markets: readonly DeribitMarket[];
}

const paces: Readonly<Record<string, Pace>> = { raw: 'raw', '100ms': '100ms', agg2: '100ms' };
const quietChannels =
  /^(announcements|instrument\.state\.[a-z]+\.[A-Za-z]+|platform_state\.public_methods_state)$/;

export function isPrivateChannel(channel: string): boolean {
  return channel.startsWith('user.');
}

export function isRawChannel(channel: string): boolean {
  return channel.endsWith('.raw');
}

/** Undefined where the venue would leave the channel out of its answer. */
export function openChannel(world: World, channel: string): OpenedChannel | undefined {
  const [family = '', ...rest] = channel.split('.');
  switch (family) {
    case 'book':
      return openBook(world, channel, rest);
    case 'trades':
      return openTrades(world, channel, rest);
    case 'quote':
    case 'ticker':
    case 'perpetual':
      return openState(world, channel, family, rest);
    case 'deribit_price_index':
      return openIndex(world, channel, rest);
    case 'platform_state':
      return rest.length === 0 ? quiet(world, channel) : undefined;
    default:
      return quietChannels.test(channel) ? quiet(world, channel) : undefined;
  }
}

function quiet(world: World, channel: string): OpenedChannel {
  return { stream: new QuietStream(channel, 'raw', world.envelope), markets: [] };
}

function openBook(world: World, channel: string, parts: readonly string[]): OpenedChannel | undefined {
  const market = world.markets.get(parts[0] ?? '');
  const now = world.clock.milliseconds();
  if (market === undefined) return undefined;
  if (parts.length === 2) {
    const pace = paces[parts[1] ?? ''];
    if (pace === undefined) return undefined;
    return { stream: new BookStream(channel, pace, world.envelope, market, now), markets: [market] };
  }
  const [, group = '', depth = '', interval = ''] = parts;
  const step = group === 'none' ? 0 : Number(group.replace('_', '.'));
  const known = ['1', '10', '20'].includes(depth) && ['100ms', 'agg2'].includes(interval);
  if (parts.length !== 4 || !known || !(step >= 0)) return undefined;
  const window = { group: step, depth: Number(depth) };
  return { stream: new GroupedBookStream(channel, world.envelope, market, window, now), markets: [market] };
}

function openTrades(world: World, channel: string, parts: readonly string[]): OpenedChannel | undefined {
  const pace = paces[parts.at(-1) ?? ''];
  const markets = marketsOf(world, parts.slice(0, -1));
  if (pace === undefined || markets === undefined) return undefined;
  const only = parts.length === 2 ? markets[0] : undefined;
  return { stream: new TradesStream(channel, pace, world.envelope, only), markets };
}

/** `[instrument]` or `[kind, currency]`. */
function marketsOf(world: World, parts: readonly string[]): readonly DeribitMarket[] | undefined {
  const [first = '', currency] = parts;
  if (parts.length === 1) {
    const market = world.markets.get(first);
    return market === undefined ? undefined : [market];
  }
  if (parts.length !== 2 || !['any', 'future', 'option', 'spot'].includes(first)) return undefined;
  const wanted = currency?.toUpperCase();
  const all = [...world.markets.values()];
  const currencies = new Set(all.map((market) => market.instrument.settlementCurrency));
  if (wanted !== 'ANY' && !currencies.has(wanted ?? '')) return undefined;
  return all.filter(
    ({ instrument }) =>
      (first === 'any' || instrument.kind === first) &&
      (wanted === 'ANY' || instrument.settlementCurrency === wanted),
  );
}

function openState(
  world: World,
  channel: string,
  family: 'quote' | 'ticker' | 'perpetual',
  parts: readonly string[],
): OpenedChannel | undefined {
  const market = world.markets.get(parts[0] ?? '');
  if (market === undefined) return undefined;
  const now = () => world.clock.milliseconds();
  if (family === 'quote') {
    if (parts.length !== 1) return undefined;
    return { stream: new QuoteStream(channel, world.envelope, market, now), markets: [market] };
  }
  const pace = paces[parts[1] ?? ''];
  if (pace === undefined || parts.length !== 2) return undefined;
  if (family === 'perpetual' && !market.instrument.isPerpetual) return undefined;
  const write = () =>
    family === 'ticker'
      ? market.ticker(now())
      : { index_price: market.markPrice, interest: 0.0001, timestamp: now() };
  return { stream: new StateStream(channel, pace, world.envelope, write), markets: [market] };
}

function openIndex(world: World, channel: string, parts: readonly string[]): OpenedChannel | undefined {
  const index = parts[0] ?? '';
  const market = [...world.markets.values()].find(({ instrument }) => instrument.indexName === index);
  if (market === undefined || parts.length !== 1) return undefined;
  const write = () => ({
    timestamp: world.clock.milliseconds(),
    price: market.markPrice,
    index_name: index,
  });
  return { stream: new IndexStream(channel, world.envelope, write), markets: [market] };
}

/** A private channel of one account. */
export function openUserChannel(
  world: World,
  channel: string,
  account: Account,
): { readonly stream: UserStream; readonly markets: readonly DeribitMarket[] } | undefined {
  const [, family = '', ...rest] = channel.split('.');
  const { envelope } = world;
  if (family === 'portfolio') {
    const currency = (rest[0] ?? '').toUpperCase();
    if (rest.length !== 1 || (currency !== 'ANY' && account.portfolio.balances[currency] === undefined)) {
      return undefined;
    }
    const write = (of: string) => writeSummary(world, account, of);
    const stream = new UserPortfolioStream(channel, 'raw', envelope, currency, write);
    return { stream, markets: [...world.markets.values()] };
  }
  const pace = paces[rest.at(-1) ?? ''];
  const markets = marketsOf(world, rest.slice(0, -1));
  if (pace === undefined || markets === undefined) return undefined;
  switch (family) {
    case 'orders':
      return { stream: new UserOrdersStream(channel, pace, envelope), markets };
    case 'trades':
      return { stream: new UserTradesStream(channel, pace, envelope), markets };
    case 'changes':
      return { stream: new UserChangesStream(channel, pace, envelope), markets };
    default:
      return undefined;
  }
}
