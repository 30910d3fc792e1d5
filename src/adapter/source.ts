// How a user names an exchange: by the name of a built-in one, or by the URL of a module.
import { exchangeNames, isExchangeName } from '../exchanges/index.js';

/** @throws TypeError `exchange` is neither. */
export function sourceOf(exchange: unknown): string {
  const source = exchange instanceof URL ? exchange.href : exchange;
  if (typeof source !== 'string') throw new TypeError('exchange must be a name or the URL of a module');
  if (isExchangeName(source) || URL.canParse(source)) return source;
  const names = exchangeNames.join(', ');
  throw new TypeError(`there is no exchange ${JSON.stringify(source)}: use ${names}, or the URL of a module`);
}
