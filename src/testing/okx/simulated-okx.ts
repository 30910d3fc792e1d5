// The simulated OKX as its user holds it.
import type { PaperInstrument } from '../kit/paper/market.js';
import { PaperExchange, type PaperOptions } from '../kit/paper/paper-exchange.js';
import { okxDialect } from './dialect.js';

/** What the user of the simulated OKX can choose. */
export type OkxOptions = PaperOptions;

const instruments: readonly PaperInstrument[] = [
  { category: 'SPOT', symbol: 'BTC-USDT', tickSize: 0.1, lotSize: 0.00001, price: 92_000 },
  { category: 'SPOT', symbol: 'ETH-USDT', tickSize: 0.01, lotSize: 0.0001, price: 3000 },
  { category: 'SWAP', symbol: 'BTC-USDT-SWAP', tickSize: 0.1, lotSize: 0.01, price: 92_000 },
  { category: 'SWAP', symbol: 'ETH-USDT-SWAP', tickSize: 0.01, lotSize: 0.01, price: 3000 },
];

/** Starts listening. @throws TypeError for options that make no sense; rejects when the port is taken. */
export function startOkx(options: OkxOptions = {}): Promise<PaperExchange> {
  return new PaperExchange(options, instruments, okxDialect).listen();
}
