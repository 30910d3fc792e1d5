// The registry: which exchanges are built in, and how a name or the URL of a user's own module becomes an exchange.
// Modules are imported when first asked for: a thread holds one venue's code and no other's.
import { BulkheadError } from '../errors.js';
import { type Exchange, exchangeProblem, type Venue, venueProblem } from './exchange.js';
import type { VenueTypes } from './venue-types.js';

const builtIn = {
  'binance-usdm': async () => (await import('./binance-usdm.js')).binanceUsdm,
  binance: async () => (await import('./binance.js')).binance,
  bitmex: async () => (await import('./bitmex.js')).bitmex,
  bybit: async () => (await import('./bybit.js')).bybit,
  coinbase: async () => (await import('./coinbase.js')).coinbase,
  deribit: async () => (await import('./deribit.js')).deribit,
  hyperliquid: async () => (await import('./hyperliquid.js')).hyperliquid,
  kraken: async () => (await import('./kraken.js')).kraken,
  okx: async () => (await import('./okx.js')).okx,
} as const satisfies Record<keyof VenueTypes, () => Promise<Exchange<never> | Venue>>;

/** The exchanges that come with the library. */
export type ExchangeName = keyof typeof builtIn;

/** The names of the exchanges that come with the library. */
export const exchangeNames = Object.keys(builtIn) as readonly ExchangeName[];

export function isExchangeName(name: string): name is ExchangeName {
  return Object.hasOwn(builtIn, name);
}

/** The name of the only socket of a venue that needs just one. */
export const ONLY_SOCKET = 'main';

/**
 * Finds an exchange by the name of a built-in one or by the URL of a module whose default export is one, for example
 * `new URL('./my-exchange.js', import.meta.url).href`. An exchange with one socket is a venue whose only socket is `main`.
 * @throws BulkheadError `invalid-exchange`: no such name, the module does not load, or its default export is no exchange.
 */
export async function loadVenue(nameOrUrl: ExchangeName | (string & {})): Promise<Venue> {
  const found = isExchangeName(nameOrUrl) ? await builtIn[nameOrUrl]() : await importDefault(nameOrUrl);
  const isVenue = typeof found === 'object' && found !== null && 'sockets' in found;
  const problem = isVenue ? venueProblem(found) : exchangeProblem(found);
  if (problem !== undefined) {
    const advice = 'write "export default defineExchange({ … })"';
    throw invalid(nameOrUrl, `its default export is no exchange: ${problem}; ${advice}`);
  }
  return isVenue ? (found as Venue) : asVenue(found as Exchange<never>);
}

/** One socket's exchange, by a reference as `socketReference` makes it. @throws BulkheadError as `loadVenue` does. */
export async function loadExchange(reference: string): Promise<Exchange> {
  const [source = '', socket] = reference.split('#', 2);
  const { sockets } = await loadVenue(source);
  const exchange = socket === undefined ? Object.values(sockets)[0] : sockets[socket];
  if (exchange === undefined) throw invalid(source, `it has no socket ${socket}`);
  return exchange as unknown as Exchange;
}

/** How a thread is told which exchange to load: functions do not cross threads, names do. */
export function socketReference(source: string, socket: string): string {
  return socket === ONLY_SOCKET ? source : `${source}#${socket}`;
}

function asVenue(exchange: Exchange<never>): Venue {
  return {
    name: exchange.name,
    documentation: exchange.documentation,
    sockets: { [ONLY_SOCKET]: exchange },
    socketOfTopic: () => ONLY_SOCKET,
    socketOfRequest: () => ONLY_SOCKET,
    orderSocket: ONLY_SOCKET,
  };
}

async function importDefault(url: string): Promise<unknown> {
  if (!/^(file|data):/.test(url)) {
    throw invalid(url, `use ${exchangeNames.join(', ')}, or the file: URL of a module of your own`);
  }
  try {
    return ((await import(url)) as { readonly default?: unknown }).default;
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw invalid(
      url,
      `the module cannot be loaded: ${words}; check that the file exists and runs by itself`,
      cause,
    );
  }
}

function invalid(nameOrUrl: string, problem: string, cause?: unknown): BulkheadError {
  // A data: URL is the module's whole source.
  const short = nameOrUrl.length > 200 ? `${nameOrUrl.slice(0, 200)}…` : nameOrUrl;
  return new BulkheadError('invalid-exchange', `exchange ${short}: ${problem}`, {
    ...(cause === undefined ? {} : { cause }),
    detail: { exchange: short },
  });
}
