// The registry: which exchanges are built in, and how a name or the URL of a user's own module becomes an exchange.
// Modules are imported when first asked for, so an application pays only for the exchanges it uses.
import { BulkheadError } from '../errors.js';
import { type Exchange, exchangeProblem } from './exchange.js';

const builtIn = {
  deribit: async () => (await import('./deribit.js')).deribit,
} as const satisfies Record<string, () => Promise<Exchange>>;

/** The exchanges that come with the library. */
export type ExchangeName = keyof typeof builtIn;

export const exchangeNames = Object.keys(builtIn) as readonly ExchangeName[];

export function isExchangeName(name: string): name is ExchangeName {
  return Object.hasOwn(builtIn, name);
}

/**
 * Finds an exchange by the name of a built-in one or by the URL of a module whose default export is one, for example
 * `new URL('./my-exchange.js', import.meta.url).href`.
 * @throws BulkheadError `invalid-exchange`: no such name, the module does not load, or its default export is no exchange.
 */
export async function loadExchange(nameOrUrl: ExchangeName | (string & {})): Promise<Exchange> {
  if (isExchangeName(nameOrUrl)) return builtIn[nameOrUrl]();
  if (!nameOrUrl.startsWith('file:')) {
    throw new BulkheadError(
      'invalid-exchange',
      `there is no exchange "${nameOrUrl}": use ${exchangeNames.join(', ')}, or the file: URL of a module of your own`,
    );
  }
  const exchange = await importDefault(nameOrUrl);
  const problem = exchangeProblem(exchange);
  if (problem !== undefined) {
    throw new BulkheadError(
      'invalid-exchange',
      `${nameOrUrl} does not export an exchange: ${problem}; write "export default defineExchange({ … })"`,
    );
  }
  return exchange as Exchange;
}

async function importDefault(url: string): Promise<unknown> {
  try {
    const module = (await import(url)) as { readonly default?: unknown };
    return module.default;
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new BulkheadError(
      'invalid-exchange',
      `the exchange module ${url} could not be loaded: ${words}; check that the file exists and runs by itself`,
      { cause },
    );
  }
}
