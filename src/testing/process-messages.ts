// What crosses between a process and the simulated exchange it keeps in a child process. All of it is plain JSON.
import type { Fault } from './kit/fault.js';
import type { FloodOptions } from './kit/flood.js';
import type { JournalEntry } from './kit/journal.js';
import type { ExchangeStats } from './kit/simulated-exchange.js';

export type ProcessCommand =
  | { readonly kind: 'start'; readonly exchange: string; readonly options: object }
  | { readonly kind: 'inject'; readonly fault: Fault }
  | { readonly kind: 'stats' }
  | { readonly kind: 'journal'; readonly afterIndex: number }
  | { readonly kind: 'orders'; readonly account: string }
  | { readonly kind: 'flood'; readonly options: FloodOptions }
  | { readonly kind: 'stop-flood' }
  | { readonly kind: 'close' };

/** What each command is answered with. */
export interface ProcessAnswers {
  readonly start: { readonly url: string; readonly port: number };
  readonly inject: null;
  readonly stats: ExchangeStats;
  readonly journal: readonly JournalEntry[];
  readonly orders: readonly Readonly<Record<string, unknown>>[];
  readonly flood: null;
  readonly 'stop-flood': null;
  readonly close: null;
}

export interface ProcessRequest {
  readonly id: number;
  readonly command: ProcessCommand;
}

export type ProcessReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string };
