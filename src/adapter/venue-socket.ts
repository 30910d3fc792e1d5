// One socket of an adapter: its exchange, and the links that keep it connected. One of them, the primary, carries the requests; a
// second one is there with `redundancy: 2`, and while a rotation replaces one by another.
import { type BookChoice, topDepths } from '../book-delivery.js';
import type { Exit } from '../client/exit.js';
import type { ControlMessage } from '../client/protocol.js';
import type { Exchange, HttpCall, VenueError } from '../exchanges/exchange.js';
import type { FreshnessOptions, TopicSilence } from './freshness.js';
import { FreshnessWatch } from './freshness-watch.js';
import type { LinkBudget } from './link-budget.js';
import { Link, type LinkCounters, type OpenConnection } from './link.js';
import type {
  Hook,
  Output,
  RestoreReport,
  Settlement,
  Status,
  SubscribeReport,
  UnknownRequest,
} from './messages.js';
import type { OrderDesk } from './order-desk.js';
import type { RestoringSession } from './restoring-session.js';
import { Rotation, type RotationHost, type RotationReport } from './rotation.js';
import { type RotationOptions, RotationSchedule } from './rotation-schedule.js';
import { addCounters, firstOk, unwrap } from './settlements.js';
import { restoringSession, socketDesk } from './socket-desk.js';
import { SocketStream, type StreamObserver } from './socket-stream.js';
import type { MachineConfig } from './state.js';
import type { SocketTelemetry } from './telemetry.js';

/** What a socket reports to the adapter that owns it. */
export interface SocketObserver extends StreamObserver {
  status(status: Status): void;
  exited(exit: Exit): void;
  restored(report: RestoreReport): void;
  revoked(topic: string, error: VenueError): void;
  hook(hook: Hook, unknown: readonly UnknownRequest[], session: RestoringSession): unknown;
  rotated(report: RotationReport): void;
  /** A topic went silent, or is back. */
  silence(kind: 'stalled' | 'recovered', silence: TopicSilence): void;
  /** A link changed: the adapter looks whether it is at its end. */
  changed(): void;
}

export interface VenueSocketOptions {
  /** The socket's name in its venue: `main`, `public`, `private`, `trade`. */
  readonly name: string;
  readonly config: MachineConfig;
  /** Connections that bring the same. */
  readonly redundancy: number;
  /** False for no rotation by itself. */
  readonly rotation: RotationOptions | false;
  readonly open: OpenConnection;
  fetch(call: HttpCall): Promise<unknown>;
  /** A link's part in the rate budgets. Left out: none. */
  budget?(): LinkBudget | undefined;
  readonly freshness?: FreshnessOptions | undefined;
  /** How books cross. */
  readonly books: BookChoice;
  readonly observer: SocketObserver;
  readonly telemetry: SocketTelemetry;
}

export class VenueSocket implements RotationHost {
  readonly name: string;
  readonly exchange: Exchange;
  readonly config: MachineConfig;
  readonly desk: OrderDesk;
  readonly stream: SocketStream;
  readonly openOrders: 'keep' | 'cancel';
  readonly #options: VenueSocketOptions;
  readonly #schedule: RotationSchedule | undefined;
  readonly #links: Link[] = [];
  /** Counts of links that are gone. */
  readonly #past: LinkCounters = { opens: 0, exits: 0, framesAfterExit: 0, pendingAfterExit: 0 };
  #primary: Link;
  #rotation: Rotation | undefined;
  #rotating: Promise<readonly RotationReport[]> | undefined;
  #lastEpoch = 0;
  #isClosing = false;

  constructor(options: VenueSocketOptions) {
    const { name, config, redundancy, rotation, books, observer, telemetry } = options;
    this.#options = options;
    this.name = name;
    this.config = config;
    this.exchange = config.exchange;
    this.openOrders = rotation === false ? 'cancel' : (rotation.openOrders ?? 'cancel');
    this.stream = new SocketStream({
      exchange: config.exchange,
      observer,
      topDepth: topDepths(books),
      resync: (epoch, topic) => this.#resync(epoch, topic),
    });
    if (rotation !== false) {
      const { lifetimeMs } = config.exchange.limits ?? {};
      this.#schedule = new RotationSchedule(rotation, lifetimeMs, () => this.rotate());
    }
    this.#primary = this.addLink();
    for (let count = 1; count < redundancy; count += 1) this.addLink();
    this.desk = socketDesk({ config, telemetry }, () => this.#primary);
  }

  /** The link that carries the requests. */
  get link(): Link {
    return this.#primary;
  }

  get links(): readonly Link[] {
    return this.#links;
  }

  get status(): Status {
    return this.#primary.status;
  }

  /** How many connections there should be. */
  get redundancy(): number {
    return this.#options.redundancy;
  }

  /** True once it was asked to connect. */
  get isStarted(): boolean {
    return this.status.state !== 'idle';
  }

  /** True when nothing of it lives any more. */
  get isOver(): boolean {
    return this.#links.every((link) => link.isOver);
  }

  /** Counts over all links it ever had. */
  get counters(): LinkCounters {
    const total = { ...this.#past };
    for (const { counters } of this.#links) addCounters(total, counters);
    return total;
  }

  /** Resolves at the first READY. */
  async connect(): Promise<void> {
    unwrap(
      await firstOk(this.#links.map((link) => link.ask((ticket) => ({ type: 'connect-requested', ticket })))),
    );
  }

  /** Wants these topics on every link, without waiting for an answer. */
  want(topics: readonly string[]): void {
    for (const link of this.#carriers()) link.input({ type: 'topics-wanted', topics });
  }

  /** Resolves when the venue has answered each of them on one of the links. */
  async subscribe(topics: readonly string[]): Promise<SubscribeReport> {
    const asked = this.#carriers().map(async (link) => {
      const settlement = await link.ask((ticket) => ({ type: 'topics-wanted', topics, ticket }));
      if (settlement.ok)
        this.stream.covers(link.state.epoch, (settlement.value as SubscribeReport).confirmed);
      return settlement;
    });
    return unwrap(await firstOk(asked)) as SubscribeReport;
  }

  async unsubscribe(topics: readonly string[]): Promise<void> {
    const settlements = await Promise.all(
      this.#carriers().map((link) => link.ask((ticket) => ({ type: 'topics-unwanted', topics, ticket }))),
    );
    this.stream.merge.forget(topics);
    unwrap(settlements.find(({ ok }) => ok) ?? (settlements[0] as Settlement));
  }

  reconnect(why: string): void {
    for (const link of [...this.#links]) link.input({ type: 'reconnect-requested', why });
  }

  terminate(): void {
    for (const { connection } of this.#links) connection?.terminate();
  }

  /** Replaces every connection by a new one that is READY before the old one goes. Asked again meanwhile, it is the same rotation. */
  rotate(): Promise<readonly RotationReport[]> {
    this.#rotating ??= this.#rotateAll().finally(() => {
      this.#rotating = undefined;
    });
    return this.#rotating;
  }

  close(): void {
    this.#isClosing = true;
    this.#schedule?.end();
    // A copy: a link without a connection is over at once, and leaves the list.
    for (const link of [...this.#links]) link.input({ type: 'close-requested' });
  }

  // For rotation.ts

  addLink(): Link {
    const { config, open, fetch, budget, telemetry } = this.#options;
    const tell = telemetry.link();
    const link: Link = new Link({
      config,
      open: telemetry.opening(open),
      fetch,
      budget: budget?.(),
      nextEpoch: () => {
        this.#lastEpoch += 1;
        this.stream.opened(this.#lastEpoch);
        return this.#lastEpoch;
      },
      observer: {
        batch: (batch, epoch) => {
          watch?.batch(batch, epoch);
          return this.stream.batch(batch, epoch);
        },
        exited: (exit) => this.#exited(link, exit),
        hook: (hook, epoch, unknown) =>
          this.#options.observer.hook(hook, unknown, restoringSession({ config, telemetry }, link, epoch)),
        output: (output) => {
          watch?.output(output);
          tell(output);
          this.#take(link, output);
        },
      },
    });
    const watch = this.#watch(link);
    this.#links.push(link);
    this.stream.merge.isShared = this.#links.length > 1;
    return link;
  }

  #watch(link: Link): FreshnessWatch | undefined {
    const { freshness, observer } = this.#options;
    if (freshness === undefined) return undefined;
    return new FreshnessWatch(freshness, {
      link,
      isPrivate: (topic) => this.exchange.isPrivate?.(topic) === true,
      tell: (verdict) => observer.silence(verdict.kind, verdict),
    });
  }

  /** Requests go over this link from now on. */
  setPrimary(link: Link): void {
    this.#primary = link;
    this.stream.setPrimary(link.state.epoch);
    if (link.status.state === 'ready') this.#schedule?.start();
    this.#options.observer.status(link.status);
  }

  #carriers(): readonly Link[] {
    const carriers = this.#links.filter((link) => link !== this.#rotation?.retired && !link.isOver);
    // One that is over still says why it cannot.
    return carriers.length === 0 ? [this.#primary] : carriers;
  }

  async #rotateAll(): Promise<readonly RotationReport[]> {
    const reports: RotationReport[] = [];
    // The primary is the last: as long as it stays, nothing changes for requests.
    const others = this.#links.filter((link) => link !== this.#primary && link.status.state === 'ready');
    for (const link of [...others, this.#primary]) reports.push(await this.#replace(link));
    return reports;
  }

  async #replace(link: Link): Promise<RotationReport> {
    this.#rotation = new Rotation(this, link);
    try {
      const report = await this.#rotation.run();
      this.#options.observer.rotated(report);
      return report;
    } finally {
      this.#rotation = undefined;
    }
  }

  #exited(link: Link, exit: Exit): void {
    const rotation = this.#rotation;
    const isRetired = rotation?.retired === link;
    const cut = this.stream.left(
      exit.epoch,
      isRetired && exit.code === 'closed' && rotation?.isGivenBack === true,
    );
    this.#options.observer.exited(exit);
    if (isRetired && !this.#isClosing) {
      const { wanted } = this.#primary.state.topics;
      this.stream.gaps(
        'exit',
        exit.epoch,
        cut.filter((topic) => wanted.includes(topic)),
      );
    }
    rotation?.exited(link);
  }

  #take(link: Link, output: Output): void {
    const { observer } = this.#options;
    switch (output.type) {
      case 'emit-status':
        return this.#changed(link, output.status);
      case 'emit-gaps':
        if (link === this.#rotation?.retired) return;
        if (output.reason === 'revoked' || output.reason === 'stale')
          for (const topic of output.topics) this.stream.merge.lose(output.epoch, topic);
        return this.stream.gaps(output.reason, output.epoch, output.topics);
      case 'emit-restored':
        this.stream.covers(output.report.epoch, output.report.restored);
        return observer.restored(output.report);
      case 'emit-revoked':
        return observer.revoked(output.topic, output.error);
      case 'emit-control':
        return this.#control(link, output.message);
      default:
    }
  }

  #control(link: Link, message: ControlMessage): void {
    this.stream.control(message, link.state.epoch);
    if (message.kind !== 'notice' || message.notice.kind !== 'planned-stop') return;
    // A failure leaves the old connection as it is; its end is then like any other.
    if (this.#schedule !== undefined && link === this.#primary) this.rotate().catch(() => undefined);
  }

  #changed(link: Link, status: Status): void {
    if (link.isOver) this.#remove(link);
    if (link !== this.#primary) {
      const isFree = link !== this.#rotation?.incoming && link !== this.#rotation?.retired;
      if (status.state === 'ready' && isFree && this.status.state !== 'ready') this.setPrimary(link);
    } else if (!this.#handOver()) {
      if (status.state === 'connecting') this.stream.setPrimary(status.epoch);
      if (status.state === 'ready') this.#schedule?.start();
      else this.#schedule?.stop();
      this.#options.observer.status(status);
    }
    if (this.isOver) this.stream.end();
    this.#options.observer.changed();
  }

  /** Another link that is READY carries on when the primary is not any more. */
  #handOver(): boolean {
    if (this.#isClosing || this.#primary.status.state === 'ready') return false;
    const other = this.#links.find(
      (link) => link !== this.#rotation?.retired && link.status.state === 'ready',
    );
    if (other === undefined) return false;
    const before = this.#primary;
    this.setPrimary(other);
    if (before.isOver) this.#remove(before);
    return true;
  }

  /** Takes a link that is over out; the last one stays, to say how it ended. */
  #remove(link: Link): void {
    if (link === this.#primary || !this.#links.includes(link)) return;
    this.#links.splice(this.#links.indexOf(link), 1);
    addCounters(this.#past, link.counters);
    this.stream.merge.isShared = this.#links.length > 1;
    const { unknown } = link.state;
    if (unknown.length > 0) this.#primary.input({ type: 'unknown-adopted', unknown });
    const isExpected =
      this.#isClosing || link === this.#rotation?.incoming || link === this.#rotation?.retired;
    if (isExpected || link.status.state !== 'failed') return;
    const problem = `a redundant connection ended for good: ${link.status.message ?? ''}`;
    this.#options.observer.control({ kind: 'problem', problem, sample: '' });
  }

  #resync(epoch: number, topic: string): void {
    const link = this.#links.find(({ state }) => state.epoch === epoch);
    link?.input({ type: 'control-read', epoch, message: { kind: 'resync', topic } });
    this.#options.telemetry.resync(epoch, topic);
  }
}
