// The simulated Bybit as its user holds it.
import type { PaperInstrument } from '../kit/paper/market.js';
import { PaperExchange, type PaperOptions } from '../kit/paper/paper-exchange.js';
import { bybitDialect } from './dialect.js';

/** What the user of the simulated Bybit can choose. */
export type BybitOptions = PaperOptions;

const instruments: readonly PaperInstrument[] = [
  { category: 'linear', symbol: 'BTCUSDT', tickSize: 0.1, lotSize: 0.001, price: 92_000 },
  { category: 'linear', symbol: 'ETHUSDT', tickSize: 0.01, lotSize: 0.01, price: 3000 },
  { category: 'spot', symbol: 'BTCUSDT', tickSize: 0.01, lotSize: 0.000001, price: 92_000 },
  { category: 'inverse', symbol: 'BTCUSD', tickSize: 0.5, lotSize: 1, price: 92_000 },
  { category: 'option', symbol: 'BTC-27MAR26-90000-C', tickSize: 5, lotSize: 0.01, price: 4000 },
];

/** Starts listening. @throws TypeError for options that make no sense; rejects when the port is taken. */
export function startBybit(options: BybitOptions = {}): Promise<PaperExchange> {
  return new PaperExchange(options, instruments, bybitDialect).listen();
}
