// The profiles of the built-in venues: what the contract suite, the demo and `bulkhead simulate` know of each.
import { createHash } from 'node:crypto';
import type { ExchangeName } from '../exchanges/index.js';
import { addressOf } from '../exchanges/dialects/typed-data.js';
import { coinbaseTestAccount } from './coinbase/tokens.js';
import type { VenueAccount, VenueProfile } from './contract/profile.js';
import { testAccount } from './deribit/accounts.js';
import { paperAccount } from './kit/paper/dialect.js';
import { krakenTestAccount } from './kraken/accounts.js';

const digest = (name: string) => createHash('sha256').update(`bulkhead-ws: ${name}`).digest();

/** An API key with a secret, as most venues have it. */
function keyed(name: string): VenueAccount {
  return { id: name, credentials: { apiKey: name, secret: `secret of ${name}` } };
}

/** Accounts as the simulated exchanges' option `accounts` takes them: credentials are what both sides know. */
function asCredentials(accounts: readonly VenueAccount[]): object {
  return { accounts: accounts.map(({ credentials }) => credentials) };
}

/** The same for Bybit and OKX, each of which has a word of its own for the secret. */
function asPaperAccounts(accounts: readonly VenueAccount[]): object {
  return {
    accounts: accounts.map(({ id: apiKey, credentials }) => {
      const { apiSecret, secretKey, passphrase } = credentials as Readonly<
        Record<string, string | undefined>
      >;
      return { apiKey, secret: apiSecret ?? secretKey, ...(passphrase === undefined ? {} : { passphrase }) };
    }),
  };
}

const NO_NOTICE = 'the venue announces no stop: it just closes';
const NO_EXPIRY = 'a login lasts as long as its connection';
const STANDARD_PINGS = 'the venue has no heartbeat of its own; WebSocket pings are used';

/** The profile of each built-in exchange. */
export const venueProfiles: { readonly [Name in ExchangeName]: VenueProfile & { readonly exchange: Name } } =
  {
    deribit: {
      exchange: 'deribit',
      symbol: 'BTC-PERPETUAL',
      topics: {
        trades: 'trades.BTC-PERPETUAL.100ms',
        quotes: 'quote.BTC-PERPETUAL',
        book: 'book.BTC-PERPETUAL.100ms',
      },
      privateTopics: ['user.orders.any.any.raw'],
      noticeTopics: ['platform_state'],
      account: (name) => ({ id: name, credentials: { clientId: name, clientSecret: `secret of ${name}` } }),
      accountOptions: asCredentials,
      testCredentials: { clientId: testAccount.clientId, clientSecret: testAccount.clientSecret },
      environment: { clientId: 'DERIBIT_CLIENT_ID', clientSecret: 'DERIBIT_CLIENT_SECRET' },
      orders: {
        resting: { symbol: 'BTC-PERPETUAL', side: 'buy', type: 'limit', amount: 10, price: 1000 },
        refused: { symbol: 'BTC-PERPETUAL', side: 'buy', type: 'limit', amount: 10, price: 1000.3 },
        taking: { symbol: 'BTC-PERPETUAL', side: 'buy', type: 'market', amount: 10 },
        amend: { amount: 20, price: 1000, postOnly: false },
        method: 'private/buy',
      },
      // The venue takes no interval below 10 s; the tests run its clock ten times as fast.
      heartbeat: { intervalMs: 10_000, silenceMs: 2500 },
      lacks: {},
    },
    binance: {
      exchange: 'binance',
      symbol: 'BTCUSDT',
      topics: { trades: 'btcusdt@trade', quotes: 'btcusdt@bookTicker', book: 'btcusdt@depth@100ms' },
      privateTopics: ['userData'],
      account: keyed,
      accountOptions: asCredentials,
      testCredentials: { apiKey: paperAccount.apiKey, secret: paperAccount.secret },
      environment: { apiKey: 'BINANCE_API_KEY', secret: 'BINANCE_SECRET' },
      orders: {
        resting: { symbol: 'BTCUSDT', side: 'buy', type: 'limit', amount: '0.01', price: '30000.00' },
        refused: { symbol: 'NOPEUSDT', side: 'buy', type: 'limit', amount: '0.01', price: '30000.00' },
        amend: { amount: '0.005' },
        cancelAll: { symbol: 'BTCUSDT' },
        method: 'order.place',
        without: ['positions'],
      },
      lacks: {
        heartbeat: STANDARD_PINGS,
        'partly-refused': 'a stream that does not exist is acknowledged like any other and stays silent',
        'token-expiry': 'an HMAC key signs each request: there is no session',
      },
    },
    'binance-usdm': {
      exchange: 'binance-usdm',
      symbol: 'BTCUSDT',
      topics: { trades: 'btcusdt@aggTrade', quotes: 'btcusdt@bookTicker', book: 'btcusdt@depth@100ms' },
      privateTopics: ['userData'],
      account: keyed,
      accountOptions: asCredentials,
      testCredentials: { apiKey: paperAccount.apiKey, secret: paperAccount.secret },
      environment: { apiKey: 'BINANCE_API_KEY', secret: 'BINANCE_SECRET' },
      orders: {
        resting: { symbol: 'BTCUSDT', side: 'buy', type: 'limit', amount: '0.01', price: '30000.0' },
        refused: { symbol: 'NOPEUSDT', side: 'buy', type: 'limit', amount: '0.01', price: '30000.0' },
        taking: { symbol: 'BTCUSDT', side: 'buy', type: 'market', amount: '0.01' },
        amend: { side: 'buy', amount: '0.02', price: '30000.0' },
        method: 'order.place',
        without: ['cancelAll', 'openOrders'],
      },
      lacks: {
        heartbeat: STANDARD_PINGS,
        'partly-refused': 'a stream that does not exist is acknowledged like any other and stays silent',
      },
    },
    bitmex: {
      exchange: 'bitmex',
      symbol: 'XBTUSD',
      topics: { trades: 'trade:XBTUSD', quotes: 'quote:XBTUSD', book: 'orderBookL2:XBTUSD' },
      privateTopics: ['order', 'execution'],
      account: keyed,
      accountOptions: asCredentials,
      testCredentials: { apiKey: 'test-key', secret: 'test-secret' },
      environment: { apiKey: 'BITMEX_API_KEY', secret: 'BITMEX_SECRET' },
      // A level that nobody has heard of before.
      unreadableBook:
        '{"table":"orderBookL2","action":"update","data":[{"symbol":"XBTUSD","id":7,"side":"Buy","size":100}]}',
      bookRule: 'changes of unknown levels',
      lacks: {
        orders: 'the venue takes orders over REST only',
        'book-integrity': 'the venue numbers no book updates; changes of unknown levels are noticed',
        'token-expiry': NO_EXPIRY,
        'planned-stop': NO_NOTICE,
      },
    },
    bybit: {
      exchange: 'bybit',
      symbol: 'BTCUSDT',
      topics: {
        trades: 'publicTrade.BTCUSDT',
        quotes: 'orderbook.1.BTCUSDT',
        book: 'orderbook.50.BTCUSDT',
      },
      privateTopics: ['order', 'execution'],
      account: (name) => ({ id: name, credentials: { apiKey: name, apiSecret: `secret of ${name}` } }),
      accountOptions: asPaperAccounts,
      testCredentials: { apiKey: paperAccount.apiKey, apiSecret: paperAccount.secret },
      environment: { apiKey: 'BYBIT_API_KEY', apiSecret: 'BYBIT_API_SECRET' },
      orders: {
        resting: { symbol: 'BTCUSDT', side: 'buy', type: 'limit', amount: '0.001', price: '50000.0' },
        refused: { symbol: 'BTCUSDT', side: 'buy', type: 'limit', amount: '0.001', price: '50000.03' },
        amend: { amount: '0.002' },
        method: 'order.create',
        without: ['cancelAll', 'lookup', 'openOrders', 'positions'],
      },
      lacks: {
        lookup: 'orders are looked up over REST',
        'token-expiry': NO_EXPIRY,
        'planned-stop': 'told by an error to the next order, not ahead of it',
      },
    },
    coinbase: {
      exchange: 'coinbase',
      symbol: 'BTC-USD',
      topics: { trades: 'market_trades:BTC-USD', quotes: 'ticker:BTC-USD', book: 'level2:BTC-USD' },
      privateTopics: ['user'],
      account(name) {
        const id = `organizations/demo/apiKeys/${name}`;
        return { id, credentials: { keyName: id, privateKey: digest(name).toString('base64') } };
      },
      accountOptions: asCredentials,
      testCredentials: coinbaseTestAccount,
      environment: { keyName: 'COINBASE_KEY_NAME', privateKey: 'COINBASE_PRIVATE_KEY' },
      refusal: 'topic',
      heartbeat: { silenceMs: 1500, isPassive: true },
      bookRule: 'the count of all frames of the connection',
      lacks: {
        orders: 'the venue takes orders over REST only',
        'token-expiry': 'each private message carries a token of its own',
        'planned-stop': NO_NOTICE,
      },
    },
    hyperliquid: {
      exchange: 'hyperliquid',
      symbol: 'BTC',
      topics: { trades: 'trades:BTC', quotes: 'bbo:BTC', book: 'l2Book:BTC' },
      privateTopics: [],
      account(name) {
        const privateKey = `0x${digest(name).toString('hex')}`;
        return { id: addressOf(privateKey), credentials: { privateKey } };
      },
      accountOptions: (accounts) => ({ wallets: Object.fromEntries(accounts.map(({ id }) => [id, id])) }),
      testCredentials: { privateKey: `0x${digest('test').toString('hex')}` },
      environment: { privateKey: 'HYPERLIQUID_PRIVATE_KEY' },
      orders: {
        resting: { symbol: 'BTC', side: 'buy', type: 'limit', amount: '0.01', price: '50000' },
        refused: { symbol: 'BTC', side: 'buy', type: 'limit', amount: '0.01', price: '0.1' },
        taking: {
          symbol: 'BTC',
          side: 'buy',
          type: 'limit',
          timeInForce: 'immediate-or-cancel',
          amount: '0.01',
          price: '200000',
        },
        amend: { side: 'buy', amount: '0.02', price: '50000' },
        method: 'order',
        without: ['cancelAll'],
      },
      lacks: {
        'partly-refused': 'a coin that does not exist ends the socket, and with it all other topics',
        'book-integrity': 'each book is sent whole',
        'token-expiry': 'each action is signed',
        'planned-stop': NO_NOTICE,
      },
    },
    kraken: {
      exchange: 'kraken',
      symbol: 'BTC/USD',
      topics: { trades: 'trade:BTC/USD', quotes: 'ticker:BTC/USD', book: 'book:BTC/USD' },
      privateTopics: ['executions'],
      account(name) {
        return { id: name, credentials: { apiKey: name, privateKey: digest(name).toString('base64') } };
      },
      accountOptions: asCredentials,
      testCredentials: krakenTestAccount,
      environment: { apiKey: 'KRAKEN_API_KEY', privateKey: 'KRAKEN_PRIVATE_KEY' },
      orders: {
        resting: { symbol: 'BTC/USD', side: 'buy', type: 'limit', amount: 0.5, price: 80_000 },
        refused: { symbol: 'BTC/USD', side: 'buy', type: 'limit', amount: 0.5, price: 80_000.05 },
        amend: { amount: 0.7 },
        method: 'add_order',
        without: ['lookup', 'openOrders', 'positions'],
      },
      lacks: { lookup: 'orders are looked up over REST' },
    },
    okx: {
      exchange: 'okx',
      symbol: 'BTC-USDT',
      topics: { trades: 'trades:BTC-USDT', quotes: 'bbo-tbt:BTC-USDT', book: 'books:BTC-USDT' },
      privateTopics: ['orders:instType=ANY'],
      account(name) {
        const secret = { secretKey: `secret of ${name}`, passphrase: `phrase of ${name}` };
        return { id: name, credentials: { apiKey: name, ...secret } };
      },
      accountOptions: asPaperAccounts,
      testCredentials: {
        apiKey: paperAccount.apiKey,
        secretKey: paperAccount.secret,
        passphrase: paperAccount.passphrase,
      },
      environment: { apiKey: 'OKX_API_KEY', secretKey: 'OKX_SECRET_KEY', passphrase: 'OKX_PASSPHRASE' },
      orders: {
        resting: { symbol: 'BTC-USDT', side: 'buy', type: 'limit', amount: '0.001', price: '50000.0' },
        refused: { symbol: 'BTC-USDT', side: 'buy', type: 'limit', amount: '0.001', price: '50000.03' },
        amend: { amount: '0.002' },
        method: 'order',
        without: ['cancelAll', 'lookup', 'openOrders', 'positions'],
      },
      lacks: { lookup: 'orders are looked up over REST', 'token-expiry': NO_EXPIRY },
    },
  };
