// Frames as a venue sends them, built once: about 300 bytes of JSON with one trade in it, and the WebSocket header in front.

/** A place inside of a frame where digits are written over: the time of sending. */
export interface BuiltFrames {
  readonly bytes: Buffer;
  /** Where each frame begins; one more entry for the end. */
  readonly starts: readonly number[];
  /** Where the sixteen digits of each frame's time stand. */
  readonly stamps: readonly number[];
}

const PRICE = 92_294.5;
export const CHANNEL = 'trades.BTC-PERPETUAL.100ms';

/** The text of one notification, 300 bytes give or take the digits. */
export function tradeText(number: number): string {
  const trade = {
    timestamp: 1_000_000_000_000_000 + number,
    price: PRICE + (number % 200) / 2,
    amount: 10 * (1 + (number % 50)),
    direction: number % 3 === 0 ? 'sell' : 'buy',
    index_price: 92_276.75,
    instrument_name: 'BTC-PERPETUAL',
    trade_seq: 271_252_854 + number,
    mark_price: 92_287.11,
    tick_direction: number % 4,
    contracts: 1 + (number % 50),
    trade_id: String(403_691_824 + number),
  };
  const params = { channel: CHANNEL, data: [trade] };
  return JSON.stringify({ jsonrpc: '2.0', method: 'subscription', params });
}

/** The same trade as Bybit writes it, for peers that speak Bybit only. */
export function bybitTradeText(number: number): string {
  const time = 1_000_000_000_000_000 + number;
  const trade = {
    T: time,
    s: 'BTCUSDT',
    S: number % 3 === 0 ? 'Sell' : 'Buy',
    v: String((1 + (number % 50)) / 1000),
    p: String(PRICE + (number % 200) / 2),
    L: number % 4 === 0 ? 'PlusTick' : 'ZeroMinusTick',
    i: `20f43950-d8dd-5b31-9112-${String(271_252_854 + number).padStart(12, '0')}`,
    BT: false,
    RPI: false,
    seq: String(403_691_824 + number),
  };
  return JSON.stringify({ topic: 'publicTrade.BTCUSDT', type: 'snapshot', ts: time, data: [trade] });
}

/** The same trade as Binance writes it on a combined stream. */
export function binanceTradeText(number: number): string {
  const time = 1_000_000_000_000_000 + number;
  const data = {
    e: 'trade',
    E: time,
    s: 'BTCUSDT',
    t: 403_691_824 + number,
    p: (PRICE + (number % 200) / 2).toFixed(8),
    q: ((1 + (number % 50)) / 1000).toFixed(8),
    T: time,
    m: number % 3 === 0,
    M: true,
  };
  return JSON.stringify({ stream: 'btcusdt@trade', data });
}

export function tradeTexts(count: number): string[] {
  return Array.from({ length: count }, (_, number) => tradeText(number));
}

export function buildFrames(texts: readonly string[]): BuiltFrames {
  const starts: number[] = [];
  const stamps: number[] = [];
  const parts: Buffer[] = [];
  let at = 0;
  for (const text of texts) {
    const frame = textFrame(text);
    starts.push(at);
    stamps.push(at + frame.indexOf('1000000000'));
    parts.push(frame);
    at += frame.length;
  }
  starts.push(at);
  return { bytes: Buffer.concat(parts), starts, stamps };
}

/** An unmasked text frame, as servers send them. */
export function textFrame(text: string): Buffer {
  return frameOf(0x1, Buffer.from(text));
}

export function frameOf(opcode: number, payload: Buffer): Buffer {
  const { length } = payload;
  const header =
    length < 126
      ? Buffer.from([0x80 | opcode, length])
      : Buffer.from([0x80 | opcode, 126, length >> 8, length & 255]);
  return Buffer.concat([header, payload]);
}
