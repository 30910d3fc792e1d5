// An event as a line: for people, or as JSON.
import type { BatchEvent } from '../batch/batch.js';
import type { BookUpdate, PrivateEvent } from '../market.js';

const LEVELS_SHOWN = 3;
const LONGEST = 200;

/** One JSON object with `kind`, flat. Values that JSON does not know are null. */
export function eventJson(event: BatchEvent | PrivateEvent): string {
  switch (event.kind) {
    case 'trade':
      return JSON.stringify({ kind: event.kind, ...event.trade });
    case 'quote':
      return JSON.stringify({ kind: event.kind, ...event.quote });
    case 'book':
      return JSON.stringify({ kind: event.kind, ...event.book });
    case 'gap':
      return JSON.stringify({ kind: event.kind, ...event.gap });
    case 'message': {
      const { topic, receivedAtNs, text } = event.message;
      return JSON.stringify({ kind: event.kind, topic, receivedAtNs, text });
    }
    case 'frame': {
      const { receivedAtNs, isBinary, data } = event.frame;
      const text = Buffer.from(data).toString(isBinary ? 'base64' : 'utf8');
      return JSON.stringify({ kind: event.kind, receivedAtNs, isBinary, data: text });
    }
    default:
      return JSON.stringify(event);
  }
}

export function eventText(event: BatchEvent | PrivateEvent): string {
  switch (event.kind) {
    case 'trade': {
      const { symbol, side, amount, price, amountText, priceText, exchangeTimeMs } = event.trade;
      return `${time(exchangeTimeMs)} trade ${symbol} ${side} ${amountText ?? amount} at ${priceText ?? price}`;
    }
    case 'quote': {
      const { symbol, bidPrice, bidAmount, askPrice, askAmount, exchangeTimeMs } = event.quote;
      return `${time(exchangeTimeMs)} quote ${symbol} ${bidAmount} at ${bidPrice} | ${askAmount} at ${askPrice}`;
    }
    case 'book':
      return bookText(event.book);
    case 'gap': {
      const { topic, reason, dropped } = event.gap;
      return `gap in ${topic}: ${reason}${dropped === undefined ? '' : `, ${dropped} dropped`}`;
    }
    case 'message':
      return `message ${event.message.topic} ${event.message.text.slice(0, LONGEST)}`;
    case 'frame':
      return `frame ${event.frame.data.byteLength} bytes`;
    default:
      return `${event.kind} ${event.topic} ${JSON.stringify(bodyOf(event)).slice(0, LONGEST)}`;
  }
}

function bookText({ symbol, type, exchangeTimeMs, bids, asks }: BookUpdate): string {
  const side = (levels: BookUpdate['bids']): string => {
    const shown = levels.slice(0, LEVELS_SHOWN).map(({ amount, price }) => `${amount} at ${price}`);
    const more = levels.length > LEVELS_SHOWN ? `, ${levels.length - LEVELS_SHOWN} more` : '';
    return `${shown.join(', ')}${more}`;
  };
  return `${time(exchangeTimeMs)} book ${symbol} ${type} bids: ${side(bids) || '-'} asks: ${side(asks) || '-'}`;
}

function bodyOf(event: PrivateEvent): unknown {
  const { kind: _, topic: _topic, ...body } = event;
  return body;
}

function time(ms: number): string {
  return Number.isFinite(ms) ? new Date(ms).toISOString().slice(11, 23) : '            ';
}
