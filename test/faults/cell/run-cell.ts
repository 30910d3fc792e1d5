// Plays one cell: brings an adapter to the moment, lets the fault strike, lifts it, and judges everything from the records.
import { setTimeout as sleep } from 'node:timers/promises';
import { Adapter, type AdapterOptions } from '../../../src/index.js';
import { breakThread, faultyWorkerUrl } from '../../../src/testing/index.js';
import { waitFor, withTimeout } from '../../support/wait-for.js';
import type { Host } from '../host/host.js';
import type { Deed } from '../host/messages.js';
import { check, type Findings } from '../log/checker.js';
import { ClientLog } from '../log/client-log.js';
import type { Cell } from './matrix.js';
import { momentPlans } from './moments.js';
import { OrderPump } from './order-pump.js';
import { Scene } from './scene.js';
import { socketsTo } from './sockets.js';

/** From the end of a fault to READY, on a machine that may be busy with other cells. */
export const READY_WITHIN_MS = 30_000;
const SETTLE_WITHIN_MS = 30_000;

const loadOf = {
  idle: { eventsPerSecond: 20, instruments: ['BTC-PERPETUAL'], orderEveryMs: 50 },
  busy: { eventsPerSecond: 300, instruments: ['BTC-PERPETUAL', 'ETH-PERPETUAL'], orderEveryMs: 10 },
};

export interface CellResult {
  readonly findings: Findings;
  /** Everything that was not as promised, in words; empty for a cell that survived. */
  readonly problems: readonly string[];
  readonly events: number;
  readonly orders: number;
  readonly exits: number;
  /** Longest time from a death to READY. */
  readonly downMs: number;
  readonly leakedThreads: number;
  readonly hung: boolean;
}

export async function runCell(cell: Cell, shared: Host): Promise<CellResult> {
  const { eventsPerSecond, instruments } = loadOf[cell.load];
  const scene = await Scene.open(shared, {
    exchange: {
      eventsPerSecond,
      instruments: [...instruments, 'SOL_USDC-PERPETUAL'],
      limits: null,
      connectionsPerAddress: null,
    },
    seed: cell.seed,
    alone: cell.fault.process !== undefined,
  });
  return new CellRun(cell, scene).play();
}

class CellRun {
  readonly #cell: Cell;
  readonly #scene: Scene;
  readonly #topics: readonly string[];
  readonly #adapter: Adapter;
  readonly #log: ClientLog;
  readonly #pump: OrderPump;
  readonly #problems: string[] = [];
  #atReconcile: (() => Promise<void>) | undefined;
  #downMs = 0;
  #hung = false;

  constructor(cell: Cell, scene: Scene) {
    this.#cell = cell;
    this.#scene = scene;
    this.#topics = loadOf[cell.load].instruments.flatMap((name) => [
      `trades.${name}.raw`,
      `book.${name}.raw`,
    ]);
    this.#adapter = new Adapter('deribit', this.#options());
    this.#log = new ClientLog(this.#adapter);
    this.#pump = new OrderPump(this.#adapter, this.#log);
    this.#adapter.on('restored', ({ downMs }) => {
      this.#downMs = Math.max(this.#downMs, downMs ?? 0);
    });
  }

  async play(): Promise<CellResult> {
    const step = async (what: string, work: () => Promise<void>): Promise<void> => {
      try {
        await withTimeout(work(), what, SETTLE_WITHIN_MS + READY_WITHIN_MS);
      } catch (error) {
        this.#hung ||= String(error).includes('did not settle');
        throw error;
      }
    };
    try {
      await step('reaching READY', () => this.#begin());
      await step(`the fault at ${this.#cell.moment}`, () => this.#strike());
      if (this.#cell.moment !== 'closing') await step('recovering', () => this.#recover());
    } catch (error) {
      this.#problems.push(`${error instanceof Error ? error.message : String(error)}; ${this.#log.story}`);
    }
    return this.#end();
  }

  #options(): AdapterOptions {
    const { fault } = this.#cell;
    return {
      url: this.#scene.url,
      credentials: { clientId: 'test-client', clientSecret: 'test-secret' },
      cancelOnDisconnect: true,
      topics: this.#topics,
      backoff: { baseMs: 20, capMs: 200 },
      stepTimeoutMs: 4_000,
      requestTimeoutMs: 4_000,
      onReconcile: async (_unknown, session) => {
        const strike = this.#atReconcile;
        this.#atReconcile = undefined;
        await strike?.();
        await session.openOrders();
      },
      connection: {
        spares: 0,
        handshakeTimeoutMs: 4_000,
        closeTimeoutMs: 1_000,
        heartbeat: { type: 'standard', intervalMs: 1_000, timeoutMs: 10_000 },
        ...(fault.thread === undefined ? {} : { workerUrl: faultyWorkerUrl }),
        ...fault.connection,
      },
    };
  }

  async #begin(): Promise<void> {
    await this.#adapter.connect();
    await this.#flowing();
    this.#pump.start(loadOf[this.#cell.load].orderEveryMs);
  }

  async #strike(): Promise<void> {
    const { moment, fault } = this.#cell;
    const before = this.#log.exits.length;
    if (moment === 'ready') {
      await this.#blow();
      this.#askTime();
    } else if (moment === 'reconcile') await this.#strikeInReconcile();
    else await this.#strikeOnOccasion();
    await sleep(fault.lastsMs);
    await this.#lift();
    const deadly = fault.ends === true && (moment === 'ready' || moment === 'order in flight');
    if (deadly) await waitFor(() => this.#log.exits.length > before, 'the connection to end', 20_000);
  }

  async #strikeInReconcile(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#atReconcile = async () => {
        await this.#blow().then(resolve, reject);
        await sleep(50);
      };
      this.#adapter.reconnect();
    });
  }

  /** The exchange's process strikes by itself in the turn of the occasion, or holds its line and tells this side to. */
  async #strikeOnOccasion(): Promise<void> {
    const { moment, fault } = this.#cell;
    const { occasion, isHeld, method = '' } = momentPlans[moment];
    if (occasion === undefined) throw new TypeError(`${moment} has no occasion`);
    const told = new Promise<void>((resolve) => this.#scene.onTold(resolve));
    const hold: Deed = { do: 'conditions', conditions: { down: { stall: true } } };
    const byThread = fault.thread !== undefined;
    if (isHeld === true) await this.#scene.act(hold);
    const own = fault.deeds?.(method) ?? [];
    const changesWeather = own.some((deed) => deed.do === 'conditions');
    const release: readonly Deed[] =
      isHeld === true && !changesWeather && fault.process === undefined
        ? [{ do: 'conditions', conditions: {} }]
        : [];
    // A process that is struck by a signal tells before it can no more.
    const deeds: readonly Deed[] = byThread
      ? [...(fault.process === undefined ? [hold] : []), { do: 'tell' }]
      : [{ do: 'tell' }, ...own, ...release];
    await this.#scene.arm(occasion, ...deeds);
    this.#approach();
    await withTimeout(told, `the exchange's sight of ${moment}`, 20_000);
    if (byThread) await this.#blow();
  }

  /** Does what brings the moment about. */
  #approach(): void {
    const { moment } = this.#cell;
    if (moment === 'closing') void this.#adapter.close();
    else if (moment === 'order in flight') for (let count = 0; count < 10; count += 1) this.#pump.send();
    else this.#adapter.reconnect();
  }

  async #blow(): Promise<void> {
    const { thread, deeds } = this.#cell.fault;
    if (thread === undefined)
      return this.#scene.act(...(deeds?.(momentPlans[this.#cell.moment].method ?? '') ?? []));
    if (thread === 'terminate') return this.#adapter.terminate();
    const threadId = this.#adapter.sockets[0]?.threadId;
    if (threadId !== undefined) breakThread(threadId, thread);
  }

  /** A request that a lost answer can hit; how it ends is judged by that it ends. */
  #askTime(): void {
    void this.#adapter.request('public/get_time').catch(() => {});
  }

  async #lift(): Promise<void> {
    const { process: kind } = this.#cell.fault;
    if (kind === 'stopped') this.#scene.resume();
    if (kind === 'killed') await this.#scene.restart();
    // The sequence faults wait for the next event; they end by themselves.
    const clears = this.#cell.fault.lastsMs > 0 && kind === undefined;
    await this.#scene.act(
      { do: 'conditions', conditions: {} },
      ...(clears ? [{ do: 'inject', fault: { kind: 'clear' } } as const] : []),
    );
  }

  async #recover(): Promise<void> {
    await waitFor(() => this.#adapter.state === 'ready', 'READY', READY_WITHIN_MS);
    await this.#flowing();
    await withTimeout(this.#pump.stop(), 'the orders', SETTLE_WITHIN_MS);
    await waitFor(() => this.#adapter.state === 'ready', 'READY at rest', READY_WITHIN_MS);
    await this.#atRest();
    await this.#adapter.unsubscribe(this.#topics);
    await this.#caughtUp();
  }

  async #atRest(): Promise<void> {
    const { opens, exits } = this.#adapter.stats();
    const live = (): number => socketsTo(this.#scene.proxyPort) ?? 1;
    await waitFor(() => live() === 1, 'exactly one live socket').catch(() => {
      this.#problems.push(`${live()} live sockets at rest`);
    });
    if (opens - exits !== 1) this.#problems.push(`opens ${opens} - exits ${exits} is not 1 at rest`);
  }

  /** Every topic has brought something since now. */
  async #flowing(): Promise<void> {
    const counts = () => this.#topics.map((topic) => this.#log.topics.get(topic)?.sequences.length ?? 0);
    const before = counts();
    await waitFor(
      () => counts().every((count, index) => count > before[index]!),
      `every topic to flow, ${this.#log.story}`,
      READY_WITHIN_MS,
    );
  }

  /** What the exchange sent last has come; if not, the comparison will tell. */
  async #caughtUp(): Promise<void> {
    const isComplete = async (): Promise<boolean> => {
      const { lastSent } = await this.#scene.summary();
      return this.#topics.every((topic) => lastSent[topic] === this.#log.lastOf(topic));
    };
    await waitFor(isComplete, 'the last events', 5_000).catch(() => {});
  }

  async #end(): Promise<CellResult> {
    await withTimeout(this.#adapter.close(), 'close()', SETTLE_WITHIN_MS).catch((error: Error) => {
      this.#hung = true;
      this.#problems.push(`${error.message}; ${this.#log.story}`);
    });
    await withTimeout(this.#pump.stop(), 'the orders after close()', SETTLE_WITHIN_MS).catch(
      (error: Error) => {
        this.#hung = true;
        this.#problems.push(error.message);
      },
    );
    const stats = this.#adapter.stats();
    if (stats.opens !== stats.exits)
      this.#problems.push(`${stats.opens} opens, ${stats.exits} exits after close()`);
    if (stats.framesAfterExit + stats.pendingAfterExit > 0)
      this.#problems.push(
        `${stats.framesAfterExit} frames and ${stats.pendingAfterExit} calls after an exit`,
      );
    const record = await this.#scene.close();
    const findings = check(record, this.#log, {
      closedInFlow: this.#cell.moment === 'closing',
      reordered: this.#cell.fault.reorders === true,
    });
    this.#problems.push(...findings.words, ...this.#log.violations.slice(0, 3));
    return {
      findings,
      problems: this.#problems,
      events: record.events,
      orders: this.#log.orders.length,
      exits: stats.exits,
      downMs: this.#downMs,
      leakedThreads: stats.opens - stats.exits,
      hung: this.#hung,
    };
  }
}
