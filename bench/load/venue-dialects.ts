// The little that a load generator understands of a venue: enough to be subscribed to. It answers yes to everything.
import { binanceTradeText, bybitTradeText, tradeText } from './frames.js';

export interface Dialect {
  /** The answer to a client's frame, and whether the feed starts with it. */
  answer(message: Readonly<Record<string, unknown>>): { readonly text: string; readonly starts: boolean };
  /** Whether a connection to this path is subscribed from the start. */
  startsAt?(path: string): boolean;
  trade(number: number): string;
}

export type DialectName = 'deribit' | 'bybit' | 'binance';

export const dialects: Readonly<Record<DialectName, Dialect>> = {
  deribit: {
    answer(message) {
      const starts = message['method'] === 'public/subscribe';
      const { channels } = (message['params'] ?? {}) as { channels?: unknown };
      const result = starts ? channels : 'ok';
      return { text: JSON.stringify({ jsonrpc: '2.0', id: message['id'], result }), starts };
    },
    trade: tradeText,
  },
  bybit: {
    answer(message) {
      const { op, req_id: id } = message;
      const answer = {
        success: true,
        ret_msg: op === 'ping' ? 'pong' : 'subscribe',
        conn_id: '1',
        req_id: id,
        op,
      };
      return { text: JSON.stringify(answer), starts: op === 'subscribe' };
    },
    trade: bybitTradeText,
  },
  binance: {
    answer: ({ id, method }) => ({
      text: JSON.stringify({ result: null, id }),
      starts: method === 'SUBSCRIBE',
    }),
    startsAt: (path) => /[?&]streams=\w/.test(path),
    trade: binanceTradeText,
  },
};
