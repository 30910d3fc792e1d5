// The adapter of one play with all that watches it: it begins, comes to rest after whatever was done to it, and is judged at the end.
import { Adapter, type AdapterOptions, type RestoringSession } from '../../../src/index.js';
import { faultyWorkerUrl } from '../../../src/testing/index.js';
import { waitFor, withTimeout } from '../../support/wait-for.js';
import { check, type CheckOptions } from '../log/checker.js';
import { ClientLog } from '../log/client-log.js';
import { ORDERS_TOPIC } from '../host/journal-file.js';
import type { Tried } from '../report.js';
import { OrderPump } from './order-pump.js';
import type { Scene } from './scene.js';
import { socketsTo } from './sockets.js';

/** From the end of a fault to READY, on a machine that may be busy with other plays. */
export const READY_WITHIN_MS = 30_000;
export const SETTLE_WITHIN_MS = 30_000;

export interface ActorOptions {
  readonly instruments: readonly string[];
  /** 0: no orders. */
  readonly orderEveryMs: number;
  /** The thread listens for faults. */
  readonly breakable: boolean;
  readonly connection?: AdapterOptions['connection'];
}

export class Actor {
  readonly adapter: Adapter;
  readonly log: ClientLog;
  readonly pump: OrderPump;
  /** Everything that was not as promised, in words. */
  readonly problems: string[] = [];
  /** Called once, at the next reconcile hook. */
  atReconcile: (() => Promise<void>) | undefined;
  readonly #scene: Scene;
  /** Topics that flow all the time. */
  readonly #topics: readonly string[];
  readonly #ownTopics: readonly string[];
  readonly #orderEveryMs: number;
  #downMs = 0;
  #hung = false;

  constructor(scene: Scene, options: ActorOptions) {
    this.#scene = scene;
    this.#topics = options.instruments.flatMap((name) => [`trades.${name}.raw`, `book.${name}.raw`]);
    this.#orderEveryMs = options.orderEveryMs;
    this.#ownTopics = options.orderEveryMs > 0 ? [ORDERS_TOPIC] : [];
    this.adapter = new Adapter('deribit', this.#adapterOptions(options));
    this.log = new ClientLog(this.adapter, options.orderEveryMs > 0);
    this.pump = new OrderPump(this.adapter, this.log);
    this.adapter.on('restored', ({ downMs }) => {
      this.#downMs = Math.max(this.#downMs, downMs ?? 0);
    });
  }

  /** One part of the play. What fails or hangs is a problem, and ends the play. */
  async part(what: string, work: () => Promise<void>): Promise<void> {
    try {
      await withTimeout(work(), what, SETTLE_WITHIN_MS + READY_WITHIN_MS);
    } catch (error) {
      this.#hung ||= String(error).includes('did not settle');
      throw error;
    }
  }

  /** Connects, sees every topic flow, and starts to send orders. */
  async begin(): Promise<void> {
    await this.adapter.connect();
    await this.flowing();
    if (this.#orderEveryMs > 0) this.pump.start(this.#orderEveryMs);
  }

  /** Comes to rest: READY, every topic flows, every order has settled, one socket; then asks for no more and gets all that was sent. */
  async rest(): Promise<void> {
    await waitFor(() => this.adapter.state === 'ready', 'READY', READY_WITHIN_MS);
    await this.flowing();
    await withTimeout(this.pump.stop(), 'the orders', SETTLE_WITHIN_MS);
    await waitFor(() => this.adapter.state === 'ready', 'READY at rest', READY_WITHIN_MS);
    await this.#expectOneSocket();
    await this.adapter.unsubscribe([...this.#topics, ...this.#ownTopics]);
    await this.#caughtUp();
    this.log.isAtRest = true;
  }

  /** Every topic has brought something since now. */
  async flowing(): Promise<void> {
    const counts = () => this.#topics.map((topic) => this.log.topics.get(topic)?.sequences.length ?? 0);
    const before = counts();
    await waitFor(
      () => counts().every((count, index) => count > before[index]!),
      `every topic to flow, ${this.log.story}`,
      READY_WITHIN_MS,
    );
  }

  fail(error: unknown): void {
    this.problems.push(`${error instanceof Error ? error.message : String(error)}; ${this.log.story}`);
  }

  /** Closes everything and compares the records. */
  async end(options: CheckOptions = {}): Promise<Tried> {
    await this.#settled(this.adapter.close(), 'close()');
    await this.#settled(this.pump.stop(), 'the orders after close()');
    const stats = this.adapter.stats();
    const { opens, exits, framesAfterExit, pendingAfterExit } = stats;
    if (opens !== exits) this.problems.push(`${opens} opens, ${exits} exits after close()`);
    if (framesAfterExit + pendingAfterExit > 0)
      this.problems.push(`${framesAfterExit} frames and ${pendingAfterExit} calls after an exit`);
    const record = await this.#scene.close();
    const findings = check(record, this.log, options);
    this.problems.push(...findings.words, ...this.log.violations.slice(0, 3));
    return {
      findings,
      problems: this.problems,
      events: record.events,
      orders: this.log.orders.length,
      exits,
      downMs: this.#downMs,
      leakedThreads: opens - exits,
      hung: this.#hung,
    };
  }

  async #settled(promise: Promise<unknown>, what: string): Promise<void> {
    await withTimeout(promise, what, SETTLE_WITHIN_MS).catch((error: unknown) => {
      this.#hung = true;
      this.fail(error);
    });
  }

  async #expectOneSocket(): Promise<void> {
    const open = (): number => this.adapter.stats().opens - this.adapter.stats().exits;
    const live = (): number => socketsTo(this.#scene.port) ?? 1;
    await waitFor(() => live() === 1 && open() === 1, 'exactly one live socket').catch(() => {
      this.problems.push(`${live()} live sockets at rest, opens - exits is ${open()}`);
    });
  }

  /** What the exchange sent last has come; if not, the comparison will tell. */
  async #caughtUp(): Promise<void> {
    const isComplete = async (): Promise<boolean> => {
      const { lastSent } = await this.#scene.summary();
      return this.#topics.every((topic) => lastSent[topic] === this.log.lastOf(topic));
    };
    await waitFor(isComplete, 'the last events', 5_000).catch(() => {});
  }

  #adapterOptions({ breakable, connection }: ActorOptions): AdapterOptions {
    return {
      url: this.#scene.url,
      credentials: { clientId: 'test-client', clientSecret: 'test-secret' },
      cancelOnDisconnect: true,
      topics: [...this.#topics, ...this.#ownTopics],
      backoff: { baseMs: 20, capMs: 200 },
      stepTimeoutMs: 4_000,
      requestTimeoutMs: 4_000,
      onReconcile: (_unknown, session) => this.#reconcile(session),
      connection: {
        spares: 0,
        handshakeTimeoutMs: 4_000,
        closeTimeoutMs: 1_000,
        heartbeat: { type: 'standard', intervalMs: 1_000, timeoutMs: 10_000 },
        ...(breakable ? { workerUrl: faultyWorkerUrl } : {}),
        ...connection,
      },
    };
  }

  async #reconcile(session: RestoringSession): Promise<void> {
    const strike = this.atReconcile;
    this.atReconcile = undefined;
    await strike?.();
    await session.openOrders();
  }
}
