// What crosses between the tests and the process that holds simulated exchanges and chaos proxies. Plain data.
import type { ChaosConditions, DeribitOptions, Fault, FloodOptions } from '../../../src/testing/index.js';

/** Something done to a stage, in its own process: at once, or the moment an occasion comes. */
export type Deed =
  | { readonly do: 'inject'; readonly fault: Fault }
  | { readonly do: 'conditions'; readonly conditions: ChaosConditions }
  | { readonly do: 'cut'; readonly by: 'rst' | 'fin' }
  | { readonly do: 'flood'; readonly flood: FloodOptions }
  | { readonly do: 'calm' }
  /** To the whole process, its own exchange included. */
  | { readonly do: 'signal'; readonly signal: 'SIGSTOP' | 'SIGKILL' }
  /** Tells the tests that the occasion has come. */
  | { readonly do: 'tell' };

/** An entry of the exchange's journal: its kind and, for requests, a pattern of the method. */
export interface Occasion {
  readonly kind: 'connection-opened' | 'connection-closed' | 'request';
  readonly method?: string;
  /** The how-manieth from now on. Default 1. */
  readonly nth?: number;
}

export interface StagePlan {
  /** An exchange here. Left out: only a proxy. */
  readonly exchange?: DeribitOptions;
  /** Where the exchange's journal is appended to. */
  readonly journal?: string;
  /** A proxy here, in front of the exchange of the same stage, or of a port of another process. */
  readonly proxy?: { readonly seed: number; readonly targetPort?: number };
  /** Numbers of book changes start this much later, so that a restarted exchange never repeats one. */
  readonly skipsChanges?: boolean;
}

export interface StagePorts {
  readonly exchangePort: number;
  readonly proxyPort: number;
}

export interface StageSummary {
  /** Connections that the exchange holds. */
  readonly connections: number;
  /** Connections through the proxy of which a side is open. */
  readonly links: number;
  readonly framesSent: number;
  /** Entries of the journal that are not events. */
  readonly entries: number;
  /** Last sequence sent, by topic, on any connection. */
  readonly lastSent: Readonly<Record<string, number>>;
  /** What the proxy swallowed. */
  readonly droppedBytes: number;
}

export type HostCommand =
  | { readonly kind: 'open'; readonly stage: string; readonly plan: StagePlan }
  | { readonly kind: 'act'; readonly stage: string; readonly deeds: readonly Deed[] }
  | { readonly kind: 'arm'; readonly stage: string; readonly on: Occasion; readonly deeds: readonly Deed[] }
  | { readonly kind: 'summary'; readonly stage: string }
  | { readonly kind: 'close'; readonly stage: string };

export type HostReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: string }
  | { readonly told: string };
