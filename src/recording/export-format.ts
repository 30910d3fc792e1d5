// How an exported event is written: a line of JSON, or rows of CSV.
import type { ExportedEvent } from './decoded.js';
import type { ExportedLevel } from './event-sink.js';

/** Columns of the CSV, the same for all kinds: a file of several kinds stays one table. */
export const csvColumns = [
  'kind',
  'received_at',
  'received_ns',
  'name',
  'exchange',
  'topic',
  'symbol',
  'exchange_time_ms',
  'sequence',
  'id',
  'type',
  'side',
  'price',
  'amount',
  'bid_price',
  'bid_amount',
  'ask_price',
  'ask_amount',
  'detail',
] as const;

type Row = Partial<Record<(typeof csvColumns)[number], string | number>>;

/** One line, without the line break. Numbers that the venue does not say are left out. */
export function jsonLine(event: ExportedEvent): string {
  const { atNs, wallMs, life: _, ...rest } = event;
  return JSON.stringify(
    { ...rest, receivedAt: new Date(wallMs).toISOString(), receivedNs: atNs },
    (_key, value: unknown) => (typeof value === 'number' && !Number.isFinite(value) ? undefined : value),
  );
}

/** One row, or one for each level of a book. */
export function csvRows(event: ExportedEvent): readonly string[] {
  const base: Row = {
    kind: event.kind,
    received_at: new Date(event.wallMs).toISOString(),
    received_ns: event.atNs,
  };
  if (event.kind === 'gap') return [csvRow({ ...base, detail: JSON.stringify(event.detail) })];
  const origin: Row = { ...base, name: event.name, exchange: event.exchange };
  if (event.kind === 'private') return [csvRow({ ...origin, detail: JSON.stringify(event.event) })];
  const { topic, symbol, exchangeTimeMs, sequence } = event;
  const common: Row = { ...origin, topic, symbol, exchange_time_ms: exchangeTimeMs, sequence };
  if (event.kind === 'trade') {
    const { id, side, price, amount } = event;
    return [csvRow({ ...common, id, side, price, amount })];
  }
  if (event.kind === 'quote') {
    const { bidPrice, bidAmount, askPrice, askAmount } = event;
    return [
      csvRow({
        ...common,
        bid_price: bidPrice,
        bid_amount: bidAmount,
        ask_price: askPrice,
        ask_amount: askAmount,
      }),
    ];
  }
  const { type, bids, asks } = event;
  const levels = (side: string, own: readonly ExportedLevel[]) =>
    own.map(([price, amount]) => csvRow({ ...common, type, side, price, amount }));
  const rows = [...levels('bid', bids), ...levels('ask', asks)];
  // A book that is empty is news as well.
  return rows.length > 0 ? rows : [csvRow({ ...common, type })];
}

function csvRow(row: Row): string {
  return csvColumns.map((column) => field(row[column])).join(',');
}

function field(value: string | number | undefined): string {
  if (value === undefined || (typeof value === 'number' && !Number.isFinite(value))) return '';
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
