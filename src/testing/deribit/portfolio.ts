// Balances and positions of one account, simple but consistent: fills move positions, closing a position moves the balance.
import type { Instrument } from './instruments.js';

export interface Position {
  readonly instrument: Instrument;
  /** Signed, in the instrument's amount: above 0 is long. */
  size: number;
  averagePrice: number;
  realizedProfit: number;
}

/** Share of the notional that an order or position binds. */
const initialMargin = 1 / 50;

export class Portfolio {
  readonly balances: Record<string, number>;
  readonly #positions = new Map<string, Position>();

  constructor(balances: Readonly<Record<string, number>>) {
    this.balances = { ...balances };
  }

  positions(): readonly Position[] {
    return [...this.#positions.values()];
  }

  position(instrument: Instrument): Position {
    let position = this.#positions.get(instrument.name);
    if (position === undefined) {
      position = { instrument, size: 0, averagePrice: 0, realizedProfit: 0 };
      this.#positions.set(instrument.name, position);
    }
    return position;
  }

  /** Books a fill. Returns the profit in the settlement currency that it realised. */
  fill(instrument: Instrument, signedAmount: number, price: number): number {
    const position = this.position(instrument);
    const isClosing = position.size !== 0 && Math.sign(position.size) !== Math.sign(signedAmount);
    const closed = isClosing ? Math.min(Math.abs(position.size), Math.abs(signedAmount)) : 0;
    const profit = profitOf(instrument, Math.sign(position.size) * closed, position.averagePrice, price);
    const size = roundAmount(position.size + signedAmount);
    if (size === 0) position.averagePrice = 0;
    else if (closed === 0) {
      const before = Math.abs(position.size);
      const added = Math.abs(signedAmount);
      position.averagePrice = (position.averagePrice * before + price * added) / (before + added);
    } else if (Math.sign(size) !== Math.sign(position.size)) position.averagePrice = price;
    position.size = size;
    position.realizedProfit += profit;
    const currency = instrument.settlementCurrency;
    this.balances[currency] = (this.balances[currency] ?? 0) + profit;
    return profit;
  }

  /** What the positions in a currency bind. */
  margin(currency: string): number {
    let bound = 0;
    for (const { instrument, size, averagePrice } of this.positions()) {
      if (instrument.settlementCurrency === currency)
        bound += marginOf(instrument, Math.abs(size), averagePrice);
    }
    return bound;
  }
}

/** What an amount at a price binds, in the settlement currency. */
export function marginOf(instrument: Instrument, amount: number, price: number): number {
  if (price === 0) return 0;
  return (instrument.isLinear ? amount * price : amount / price) * initialMargin;
}

/** Inverse instruments are counted in dollars and settled in the coin. */
export function profitOf(instrument: Instrument, size: number, from: number, to: number): number {
  if (size === 0 || from === 0 || to === 0) return 0;
  return instrument.isLinear ? size * (to - from) : size * (1 / from - 1 / to);
}

export function roundAmount(amount: number): number {
  return Number(amount.toFixed(8));
}

export function writePosition(position: Position, markPrice: number): Readonly<Record<string, unknown>> {
  const { instrument, size, averagePrice, realizedProfit } = position;
  const floating = profitOf(instrument, size, averagePrice, markPrice);
  const direction = size > 0 ? 'buy' : size < 0 ? 'sell' : 'zero';
  return {
    instrument_name: instrument.name,
    kind: instrument.kind,
    direction,
    size,
    ...(instrument.isLinear ? {} : { size_currency: size / markPrice }),
    average_price: averagePrice,
    mark_price: markPrice,
    index_price: markPrice,
    settlement_price: markPrice,
    leverage: 50,
    delta: instrument.isLinear ? size : size / markPrice,
    floating_profit_loss: floating,
    realized_profit_loss: realizedProfit,
    total_profit_loss: floating + realizedProfit,
    initial_margin: marginOf(instrument, Math.abs(size), markPrice),
    maintenance_margin: marginOf(instrument, Math.abs(size), markPrice) / 2,
    open_orders_margin: 0,
    estimated_liquidation_price: null,
    interest_value: 0,
    realized_funding: 0,
  };
}
