// The keys that the simulated exchange accepts, and topics it has.
import { testAccount } from '../../src/testing/index.js';

const { clientId, clientSecret } = testAccount;
export const keys: Keys = { clientId, clientSecret };

export interface Keys {
  readonly clientId: string;
  readonly clientSecret: string;
}

export const tenTopics: readonly string[] = ['BTC-PERPETUAL', 'ETH-PERPETUAL', 'BTC_USDC-PERPETUAL']
  .flatMap((name) => [`trades.${name}.100ms`, `book.${name}.100ms`, `ticker.${name}.100ms`])
  .concat('quote.BTC-PERPETUAL');
