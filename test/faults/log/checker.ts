// Compares what the exchange wrote down with what the adapter told. Pure: two records in, findings out.
import { type ExchangeRecord, ORDERS_TOPIC, type SentTopic } from '../host/journal-file.js';
import type { ClientRecord, DeliveredTopic, OrderClaim, ToldGap } from './client-log.js';

export interface Findings {
  /** Events that were sent, did not arrive, and are in no reported gap. */
  lost: number;
  /** Events that did not arrive and are inside a reported gap. */
  reported: number;
  duplicated: number;
  /** Events out of order, or that the exchange never sent. */
  invented: number;
  wrongOrders: number;
  /** All of the above in words, the first ones of each kind. */
  readonly words: string[];
}

export interface CheckOptions {
  /** The adapter was closed while events flowed: what was sent last may not have arrived. */
  readonly closedInFlow?: boolean;
  /** The exchange sent events in a wrong order on purpose. */
  readonly reordered?: boolean;
  /** A gap may be told behind the events that follow it. */
  readonly lateGaps?: boolean;
}

const MOST_WORDS = 8;
const nothing: DeliveredTopic = { sequences: [], marks: [], snapshots: [] };
/** One frame brings so many trades at most; only the last of them is in the exchange's journal. */
const MOST_TRADES_OF_FRAME = 1_000;

export function check(exchange: ExchangeRecord, client: ClientRecord, options: CheckOptions = {}): Findings {
  const findings: Findings = { lost: 0, reported: 0, duplicated: 0, invented: 0, wrongOrders: 0, words: [] };
  for (const [topic, sent] of exchange.topics) {
    if (!/^(trades|book)\./.test(topic)) continue;
    const gaps = client.gaps.filter(({ gap }) => gap.topic === topic);
    new TopicCheck(topic, sent, client.topics.get(topic) ?? nothing, gaps, findings, options).run();
  }
  if (client.asksForOrders) checkOrderEvents(exchange, client, findings, options);
  checkOrders(exchange, client.orders, findings);
  for (const topic of client.topics.keys()) {
    if (!exchange.topics.has(topic)) say(findings, 'invented', `${topic} was never sent`);
  }
  return findings;
}

type Count = 'lost' | 'duplicated' | 'invented' | 'wrongOrders';

function say(findings: Findings, kind: Count, text: string, by = 1): void {
  findings[kind] += by;
  if (findings.words.length < MOST_WORDS) findings.words.push(text);
}

/** Walks over what was sent with a cursor that only goes forward: each delivery has to be found ahead of it. */
class TopicCheck {
  readonly #topic: string;
  readonly #sent: SentTopic;
  readonly #delivered: DeliveredTopic;
  readonly #gaps: readonly ToldGap[];
  readonly #findings: Findings;
  readonly #options: CheckOptions;
  /** Places of each sequence in what was sent. */
  readonly #places = new Map<number, number[]>();
  readonly #arrived: Set<number>;
  #inner: number[] = [];

  constructor(
    topic: string,
    sent: SentTopic,
    delivered: DeliveredTopic,
    gaps: readonly ToldGap[],
    findings: Findings,
    options: CheckOptions,
  ) {
    this.#topic = topic;
    this.#sent = sent;
    this.#delivered = delivered;
    this.#gaps = gaps;
    this.#findings = findings;
    this.#options = options;
    for (const [place, sequence] of sent.sequences.entries()) {
      const places = this.#places.get(sequence);
      if (places === undefined) this.#places.set(sequence, [place]);
      else places.push(place);
    }
    this.#arrived = new Set(delivered.sequences);
  }

  run(): void {
    this.#countRepeats();
    let cursor = 0;
    let before = -1;
    for (const [row, sequence] of this.#delivered.sequences.entries()) {
      const place = this.#placeOf(sequence, row, cursor);
      if (place === undefined) {
        this.#unplaced(sequence, row);
        continue;
      }
      this.#settleInner(sequence);
      if (place > cursor) this.#missing(cursor, place, before, row);
      cursor = place + 1;
      before = row;
    }
    this.#settleInner(Number.NaN);
    const end = Math.min(this.#sent.owed, this.#sent.sequences.length);
    if (cursor < end) this.#missing(cursor, end, before, undefined);
  }

  /** A whole book can repeat the number of the change before it: then it is the later of the two. */
  #placeOf(sequence: number, row: number, cursor: number): number | undefined {
    const places = this.#places.get(sequence) ?? [];
    const isAhead = (place: number): boolean => place >= cursor;
    return this.#delivered.snapshots[row] ? places.findLast(isAhead) : places.find(isAhead);
  }

  /** More often delivered than sent on any one connection. A book may begin anew where it stood. */
  #countRepeats(): void {
    const times = new Map<number, number>();
    for (const [row, sequence] of this.#delivered.sequences.entries()) {
      if (!this.#delivered.snapshots[row]) times.set(sequence, (times.get(sequence) ?? 0) + 1);
    }
    for (const [sequence, count] of times) {
      if (count === 1) continue;
      const extra = count - this.#timesSent(sequence);
      if (extra > 0)
        say(this.#findings, 'duplicated', `${this.#topic} ${sequence} came ${count} times`, extra);
    }
  }

  #timesSent(sequence: number): number {
    const counts = new Map<number, number>();
    for (const place of this.#places.get(this.#recordedAs(sequence)) ?? []) {
      const connection = this.#sent.connections[place]!;
      counts.set(connection, (counts.get(connection) ?? 0) + 1);
    }
    return Math.max(1, ...counts.values());
  }

  /** A trade before the last of its frame was sent as often as that last one, which alone is in the exchange's journal. */
  #recordedAs(sequence: number): number {
    if (this.#places.has(sequence) || !this.#topic.startsWith('trades.')) return sequence;
    const later = [...this.#places.keys()].filter((recorded) => recorded > sequence);
    return Math.min(...later);
  }

  #unplaced(sequence: number, row: number): void {
    if (!this.#places.has(sequence)) {
      if (this.#topic.startsWith('trades.')) this.#inner.push(sequence);
      else say(this.#findings, 'invented', `${this.#topic} ${sequence} was never sent`);
      return;
    }
    // A repeat was counted already; a snapshot may stand where an earlier one stood.
    const isRepeat = this.#delivered.sequences.indexOf(sequence) < row;
    if (isRepeat || this.#options.reordered === true) return;
    say(this.#findings, 'invented', `${this.#topic} ${sequence} came out of order`);
  }

  /** Trades before the last of their frame: the exchange's journal names the last only. */
  #settleInner(end: number): void {
    for (const sequence of this.#inner) {
      if (sequence < end && sequence > end - MOST_TRADES_OF_FRAME) continue;
      say(this.#findings, 'invented', `${this.#topic} ${sequence} was never sent`);
    }
    this.#inner = [];
  }

  /** Everything sent from place `from` up to `to` was passed over between two deliveries. */
  #missing(from: number, to: number, before: number, after: number | undefined): void {
    const missing = this.#sent.sequences.slice(from, to).filter((sequence) => !this.#arrived.has(sequence));
    if (missing.length === 0) return;
    if ((after === undefined && this.#options.closedInFlow === true) || this.#isExcused(before, after)) {
      this.#findings.reported += missing.length;
      return;
    }
    const { sequences } = this.#delivered;
    const last = sequences[before] ?? 'the start';
    const next = after === undefined ? 'the end' : sequences[after];
    const text = `${this.#topic}: ${missing.length} lost without a gap between ${last} and ${next}, from ${missing[0]}`;
    say(this.#findings, 'lost', text, missing.length);
  }

  /**
   * A gap excuses what is missing where it was told: after the delivery before and before the one after. Only a gap that says that
   * it begins with that delivery may come with it in one batch, which tells its gaps first.
   */
  #isExcused(before: number, after: number | undefined): boolean {
    const { marks, sequences } = this.#delivered;
    const isLate = after === undefined || this.#options.lateGaps === true;
    const latest = isLate ? Number.POSITIVE_INFINITY : marks[after]!;
    const last = sequences[before];
    const sameBatch = before < 0 ? -1 : this.#markBefore(before);
    return this.#gaps.some(({ mark, gap: { fromSequence } }) => {
      if (fromSequence === undefined || last === undefined)
        return mark > (marks[before] ?? -1) && mark <= latest;
      return mark > sameBatch && mark <= latest && fromSequence === last;
    });
  }

  /** The topic's record before the one that row came in: a batch tells its gaps before its events. */
  #markBefore(row: number): number {
    const { marks } = this.#delivered;
    let earlier = row;
    while (earlier >= 0 && marks[earlier] === marks[row]) earlier -= 1;
    return marks[earlier] ?? -1;
  }
}

/** What became of orders is told like any other event: once, in order, or inside a gap. */
function checkOrderEvents(
  exchange: ExchangeRecord,
  client: ClientRecord,
  findings: Findings,
  options: CheckOptions,
): void {
  const { orderEvents, orderNumbers } = exchange;
  const delivered: DeliveredTopic = {
    sequences: client.orderEvents.map(({ key }) => orderNumbers.get(key) ?? -1),
    marks: client.orderEvents.map(({ mark }) => mark),
    snapshots: client.orderEvents.map(() => false),
  };
  const gaps = client.gaps.filter(({ gap }) => gap.topic === ORDERS_TOPIC);
  // The close cancels all orders: where it was not at rest before, nobody was there to be told.
  const closedInFlow = options.closedInFlow === true || !client.isAtRest;
  // Of two connections the first one to tell of an order wins, so that different orders can cross; one order never goes back.
  // They are not held back until it is known what a dying connection had, so the gap can come behind them.
  const own = { ...options, closedInFlow, reordered: true, lateGaps: true };
  new TopicCheck(ORDERS_TOPIC, orderEvents, delivered, gaps, findings, own).run();
  checkOneWay(client, delivered.sequences, findings);
}

function checkOneWay({ orderEvents }: ClientRecord, numbers: readonly number[], findings: Findings): void {
  const last = new Map<string, number>();
  for (const [row, { key }] of orderEvents.entries()) {
    const label = key.slice(0, key.indexOf(' '));
    const number = numbers[row]!;
    if (number < 0) continue;
    if (number < (last.get(label) ?? -1))
      say(findings, 'invented', `${key} was told after a later state of it`);
    last.set(label, number);
  }
}

function checkOrders(exchange: ExchangeRecord, claims: readonly OrderClaim[], findings: Findings): void {
  for (const [label, { received, outlivedConnection }] of exchange.orders) {
    if (outlivedConnection)
      say(findings, 'wrongOrders', `order ${label} outlived its connection in spite of cancel-on-disconnect`);
    if (received > 1) say(findings, 'wrongOrders', `order ${label} was sent ${received} times`);
  }
  for (const { label, outcome } of claims) {
    const record = exchange.orders.get(label);
    const wrong = wrongClaim(outcome, record?.received ?? 0, record?.existed ?? false);
    if (wrong !== undefined) say(findings, 'wrongOrders', `order ${label}: ${wrong}`);
  }
  const claimed = new Set(claims.map(({ label }) => label));
  for (const label of exchange.orders.keys()) {
    if (!claimed.has(label))
      say(findings, 'wrongOrders', `order ${label} is at the exchange, and nobody sent it`);
  }
}

function wrongClaim(outcome: string, received: number, existed: boolean): string | undefined {
  switch (outcome) {
    case 'acknowledged':
      return existed ? undefined : 'acknowledged, but the exchange never had it';
    case 'not-sent':
      return received === 0 ? undefined : 'not-sent, but the exchange received it';
    case 'rejected':
      return existed ? 'rejected, but the exchange had it' : undefined;
    case 'unknown':
      return undefined;
    default:
      return `settled as "${outcome}"`;
  }
}
