// What the demo says at its end. Every figure that must be 0 is measured, none is assumed.
import type { Bot } from './bot.js';
import type { OrderFlow, OutcomeCounts } from './orders.js';
import type { DemoVenue } from './venue.js';

export interface DemoReport {
  readonly exchanges: readonly string[];
  readonly adapters: number;
  readonly seconds: number;
  readonly events: number;
  readonly exits: number;
  /** Exits by their code. */
  readonly exitCodes: Readonly<Record<string, number>>;
  readonly restores: number;
  /** Adapters that were not READY at the end. */
  readonly unrestored: number;
  /** Batches and messages that came for a connection whose exit had been told. */
  readonly framesAfterExit: number;
  /** Calls that were still unsettled when an exit was told. */
  readonly pendingAfterExit: number;
  /** Connections opened beyond one for each death. */
  readonly duplicateReconnects: number;
  readonly gaps: number;
  readonly orders: OutcomeCounts;
  /** Milliseconds from death to READY. */
  readonly restoreMs: { readonly p50: number; readonly p99: number; readonly max: number };
}

/** To be called while the adapters are still open. */
export function reportOf(
  venues: readonly DemoVenue[],
  seconds: number,
  orders: readonly OrderFlow[],
): DemoReport {
  const bots = venues.flatMap((venue) => venue.bots);
  const stats = bots.map(({ adapter }) => adapter.stats());
  const sum = (read: (one: (typeof stats)[number]) => number): number =>
    stats.reduce((total, one) => total + read(one), 0);
  const restoreMs = bots.flatMap((bot) => bot.restoreMs).sort((a, b) => a - b);
  return {
    exchanges: venues.map(({ profile }) => profile.exchange),
    adapters: bots.length,
    seconds,
    events: sum(({ events }) => events),
    exits: sum(({ exits }) => exits),
    exitCodes: exitCodes(bots),
    restores: restoreMs.length,
    unrestored: bots.filter(({ adapter }) => adapter.state !== 'ready').length,
    framesAfterExit: sum(({ framesAfterExit }) => framesAfterExit),
    pendingAfterExit: sum(({ pendingAfterExit }) => pendingAfterExit),
    duplicateReconnects: sum(({ opens, exits, sockets }) => Math.max(0, opens - exits - sockets)),
    gaps: sum(({ gaps }) => gaps),
    orders: totalOf(orders),
    restoreMs: { p50: at(restoreMs, 0.5), p99: at(restoreMs, 0.99), max: at(restoreMs, 1) },
  };
}

export function reportLines(report: DemoReport): readonly string[] {
  const { orders, restoreMs, exitCodes } = report;
  const reasons = Object.entries(exitCodes).map(([code, count]) => `${count} ${code}`);
  return [
    `${report.adapters} adapters on ${report.exchanges.join(', ')}, ${report.seconds} s, ${report.events} events`,
    `${report.exits} exits (${reasons.join(', ') || 'none'}), ${report.restores} restores, ${report.unrestored} unrestored, ${report.gaps} gaps told`,
    `from death to READY: p50 ${restoreMs.p50} ms, p99 ${restoreMs.p99} ms, max ${restoreMs.max} ms`,
    `order calls: ${orders.acknowledged} acknowledged, ${orders.rejected} rejected, ${orders.notSent} not sent, ${orders.unknown} unknown`,
    `frames after an exit ${report.framesAfterExit}, calls pending after an exit ${report.pendingAfterExit}, duplicate reconnects ${report.duplicateReconnects}`,
  ];
}

function totalOf(flows: readonly OrderFlow[]): OutcomeCounts {
  const total = { acknowledged: 0, rejected: 0, notSent: 0, unknown: 0 };
  for (const { counts } of flows)
    for (const outcome of Object.keys(total) as (keyof OutcomeCounts)[]) total[outcome] += counts[outcome];
  return total;
}

function exitCodes(bots: readonly Bot[]): Record<string, number> {
  const codes: Record<string, number> = {};
  for (const { exits } of bots) for (const [code, count] of exits) codes[code] = (codes[code] ?? 0) + count;
  return codes;
}

/** A quantile of sorted numbers, rounded to a hundredth; 0 where there are none. */
function at(sorted: readonly number[], part: number): number {
  return Math.round((sorted[Math.ceil((sorted.length - 1) * part)] ?? 0) * 100) / 100;
}
