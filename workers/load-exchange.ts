// Finds an exchange by the name of a built-in one or by the URL of a module.
import { BulkheadError } from '../src/errors.js';
import { type Exchange, exchangeProblem } from '../src/exchanges/exchange.js';
import { exchanges } from '../src/exchanges/index.js';

/** @throws BulkheadError `invalid-exchange` */
export async function loadExchange(nameOrUrl: string): Promise<Exchange> {
  const builtIn = Object.hasOwn(exchanges, nameOrUrl) ? exchanges[nameOrUrl] : undefined;
  const found = builtIn === undefined ? await importExchange(nameOrUrl) : await builtIn();
  const problem = exchangeProblem(found);
  if (problem !== undefined) throw invalid(nameOrUrl, `its default export is no exchange: ${problem}`);
  return found as Exchange;
}

async function importExchange(url: string): Promise<unknown> {
  if (!URL.canParse(url)) throw invalid(url, 'it is neither a built-in exchange nor a module URL');
  try {
    return ((await import(url)) as { default?: unknown }).default;
  } catch (cause) {
    throw invalid(url, `the module cannot be loaded: ${(cause as Error).message}`, cause);
  }
}

function invalid(name: string, problem: string, cause?: unknown): BulkheadError {
  // A data: URL is the module's whole source.
  const short = name.length > 200 ? `${name.slice(0, 200)}…` : name;
  return new BulkheadError('invalid-exchange', `exchange ${short}: ${problem}`, {
    cause,
    detail: { exchange: short },
  });
}
