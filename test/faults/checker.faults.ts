// The judge is judged first: with hand-made records of things that must never happen.
import { expect } from 'chai';
import type { Gap } from '../../src/index.js';
import { type ExchangeRecord, ORDERS_TOPIC } from './host/journal-file.js';
import { check } from './log/checker.js';
import type { ClientRecord } from './log/client-log.js';

const TOPIC = 'trades.X.raw';
const BOOK = 'book.X.raw';

/** What was sent: sequences by connection, in order. `owed`: how many of them were asked for. */
function exchange(
  sent: readonly (readonly number[])[],
  more: {
    topic?: string;
    owed?: number;
    orders?: Record<string, [received: number, existed: boolean]>;
    /** What became of orders, by key. */
    changes?: readonly string[];
    survivors?: readonly string[];
  } = {},
): ExchangeRecord {
  const { topic = TOPIC, owed = Number.POSITIVE_INFINITY, orders = {}, changes = [], survivors = [] } = more;
  const sequences = sent.flat();
  const connections = sent.flatMap((each, index) => each.map(() => index));
  return {
    topics: new Map([[topic, { sequences, connections, owed }]]),
    orders: new Map(
      Object.entries(orders).map(([label, [received, existed]]) => [
        label,
        { received, existed, outlivedConnection: survivors.includes(label) },
      ]),
    ),
    orderEvents: {
      sequences: [...changes.keys()],
      connections: changes.map(() => 0),
      owed: Number.POSITIVE_INFINITY,
    },
    orderNumbers: new Map(changes.map((key, index) => [key, index])),
    events: sequences.length,
    connections: sent.length,
  };
}

type Told =
  | readonly number[]
  | { readonly gap: Partial<Gap> }
  | { readonly snapshot: number }
  | { readonly change: string };

/** What was told, in order: batches of sequences, whole books and gaps. */
function client(told: readonly Told[], orders: Record<string, string> = {}, topic = TOPIC): ClientRecord {
  const delivered = { sequences: [] as number[], marks: [] as number[], snapshots: [] as boolean[] };
  const gaps: { mark: number; gap: Gap }[] = [];
  const orderEvents: { mark: number; key: string }[] = [];
  for (const [mark, one] of told.entries()) {
    if ('gap' in one) {
      gaps.push({ mark, gap: { topic, reason: 'exit', epoch: 1, noticedAtNs: 0, ...one.gap } });
      continue;
    }
    if ('change' in one) {
      orderEvents.push({ mark, key: one.change });
      continue;
    }
    const isBook = 'snapshot' in one;
    for (const sequence of isBook ? [one.snapshot] : one) {
      delivered.sequences.push(sequence);
      delivered.marks.push(mark);
      delivered.snapshots.push(isBook);
    }
  }
  const claims = Object.entries(orders).map(([label, outcome]) => ({ label, outcome }));
  const events = delivered.sequences.length;
  return {
    topics: new Map([[topic, delivered]]),
    gaps,
    exits: [],
    orders: claims,
    orderEvents,
    asksForOrders: orderEvents.length > 0,
    isAtRest: true,
    violations: [],
    events,
  };
}

const none = { lost: 0, reported: 0, duplicated: 0, invented: 0, wrongOrders: 0 };

describe('the judge of the fault suite', () => {
  const cases: readonly [string, ExchangeRecord, ClientRecord, Partial<typeof none>][] = [
    ['accepts what came as it was sent', exchange([[1, 2, 3]]), client([[1, 2], [3]]), {}],
    ['finds an event that is missing in the middle', exchange([[1, 2, 3]]), client([[1], [3]]), { lost: 1 }],
    ['finds an event that is missing at the start', exchange([[1, 2]]), client([[2]]), { lost: 1 }],
    ['finds an event that is missing at the end', exchange([[1, 2]]), client([[1]]), { lost: 1 }],
    ['finds a topic of which nothing came', exchange([[1, 2]]), client([]), { lost: 2 }],
    ['asks for nothing after the unsubscribe', exchange([[1, 2]], { owed: 1 }), client([[1]]), {}],
    [
      'accepts a frame of two trades that was sent twice, though its last trade alone is written down',
      exchange([[1, 3, 3, 4]]),
      client([[1], [2, 3], [2, 3], [4]]),
      {},
    ],
    [
      'finds a trade before the last of its frame that came twice',
      exchange([[1, 3, 4]]),
      client([[1], [2, 2, 3], [4]]),
      { duplicated: 1 },
    ],
    [
      'accepts what is missing where a gap was told',
      exchange([
        [1, 2, 3],
        [4, 5],
      ]),
      client([[1], { gap: { fromSequence: 1 } }, [5]]),
      { reported: 3 },
    ],
    [
      'finds a gap that was told too late',
      exchange([[1, 2, 3]]),
      client([[1], [3], { gap: {} }]),
      { lost: 1 },
    ],
    [
      'finds a gap that was told too early',
      exchange([[1, 2, 3, 4]]),
      client([[1], { gap: {} }, [2], [4]]),
      { lost: 1 },
    ],
    [
      'finds a gap that begins elsewhere',
      exchange([[1, 2, 3, 4]]),
      client([[1, 2], { gap: { fromSequence: 1 } }, [4]]),
      { lost: 1 },
    ],
    [
      'takes no gap of another topic',
      exchange([[1, 2, 3]]),
      client([[1], { gap: { topic: BOOK } }, [3]]),
      { lost: 1 },
    ],
    ['finds an event that came twice', exchange([[1, 2]]), client([[1], [1], [2]]), { duplicated: 1 }],
    ['accepts a repeat that the exchange sent', exchange([[1, 1, 2]]), client([[1, 1, 2]]), {}],
    [
      'finds a repeat of two feeds that were to be one',
      exchange([
        [1, 2],
        [1, 2],
      ]),
      client([[1], [1], [2]]),
      { duplicated: 1 },
    ],
    [
      'finds an event out of order',
      exchange([[1, 2, 3]]),
      client([[1], [3], { gap: {} }, [2]]),
      { invented: 1 },
    ],
    ['finds a trade that was never sent', exchange([[1, 2]]), client([[1, 2, 9_000]]), { invented: 1 }],
    ['knows that a frame can bring several trades', exchange([[3, 5]]), client([[1, 2, 3, 4, 5]]), {}],
    [
      'finds a book change that was never sent',
      exchange([[1, 2]], { topic: BOOK }),
      client([[1, 2], [3]], {}, BOOK),
      { invented: 1 },
    ],
    [
      'accepts a whole book where the one before it stood',
      exchange(
        [
          [1, 2],
          [2, 3],
        ],
        { topic: BOOK },
      ),
      client([[1, 2], { gap: {} }, { snapshot: 2 }, [3]], {}, BOOK),
      {},
    ],
    [
      'takes a whole book for the later of two with its number',
      exchange([[1, 4, 3, 4, 5]], { topic: BOOK }),
      client([[1], { gap: { fromSequence: 1 } }, { snapshot: 4 }, [5]], {}, BOOK),
      { reported: 1 },
    ],
    [
      'accepts orders that are as they were said to be',
      exchange([], { orders: { a: [1, true], c: [1, true], d: [1, false] } }),
      client([], { a: 'acknowledged', b: 'not-sent', c: 'unknown', d: 'rejected', e: 'unknown' }),
      {},
    ],
    [
      'finds an order that was sent twice',
      exchange([], { orders: { a: [2, true] } }),
      client([], { a: 'acknowledged' }),
      { wrongOrders: 1 },
    ],
    [
      'finds an acknowledged order that nobody has',
      exchange([]),
      client([], { a: 'acknowledged' }),
      { wrongOrders: 1 },
    ],
    [
      'finds an order that was sent after all',
      exchange([], { orders: { a: [1, false] } }),
      client([], { a: 'not-sent' }),
      { wrongOrders: 1 },
    ],
    [
      'finds a rejected order that exists',
      exchange([], { orders: { a: [1, true] } }),
      client([], { a: 'rejected' }),
      { wrongOrders: 1 },
    ],
    [
      'accepts what is told of orders once and in order',
      exchange([], { orders: { a: [1, true] }, changes: ['a open', 'a cancelled'] }),
      client([{ change: 'a open' }, { change: 'a cancelled' }], { a: 'acknowledged' }),
      {},
    ],
    [
      'finds an end of an order that was not told',
      exchange([], { orders: { a: [1, true] }, changes: ['a open', 'a cancelled'] }),
      client([{ change: 'a open' }], { a: 'acknowledged' }),
      { lost: 1 },
    ],
    [
      'accepts an end of an order inside a gap',
      exchange([], { orders: { a: [1, true] }, changes: ['a open', 'a cancelled'] }),
      client([{ change: 'a open' }, { gap: { topic: ORDERS_TOPIC } }], { a: 'acknowledged' }),
      { reported: 1 },
    ],
    [
      'finds an end of an order that was told twice',
      exchange([], { orders: { a: [1, true] }, changes: ['a open'] }),
      client([{ change: 'a open' }, { change: 'a open' }], { a: 'acknowledged' }),
      { duplicated: 1 },
    ],
    [
      'accepts that different orders cross on two connections',
      exchange([], { orders: { a: [1, true], b: [1, true] }, changes: ['a open', 'b open'] }),
      client([{ change: 'b open' }, { change: 'a open' }], { a: 'acknowledged', b: 'acknowledged' }),
      {},
    ],
    [
      'finds an order that goes back to an earlier state',
      exchange([], { orders: { a: [1, true] }, changes: ['a open', 'a cancelled'] }),
      client([{ change: 'a cancelled' }, { change: 'a open' }], { a: 'acknowledged' }),
      { invented: 1 },
    ],
    [
      'finds an end of an order that never was',
      exchange([], { orders: { a: [1, true] }, changes: ['a open'] }),
      client([{ change: 'a open' }, { change: 'a filled' }], { a: 'acknowledged' }),
      { invented: 1 },
    ],
    [
      'finds an order that outlived its connection',
      exchange([], { orders: { a: [1, true] }, survivors: ['a'] }),
      client([], { a: 'acknowledged' }),
      { wrongOrders: 1 },
    ],
    [
      'finds an order that nobody sent',
      exchange([], { orders: { a: [1, true] } }),
      client([]),
      { wrongOrders: 1 },
    ],
  ];

  for (const [promise, sent, told, expected] of cases) {
    it(promise, () => {
      const { words, ...counts } = check(sent, told);
      expect(counts, words.join('; ')).to.deep.equal({ ...none, ...expected });
    });
  }
});
