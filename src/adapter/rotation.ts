// Replaces one connection by another without a pause: the new one is READY before the old one goes.
import { setTimeout as sleep } from 'node:timers/promises';
import { monotonicNs } from '../clock.js';
import { BulkheadError } from '../errors.js';
import type { SetupRequest } from '../exchanges/exchange.js';
import type { Link } from './link.js';
import type { Settlement } from './messages.js';
import type { MachineConfig } from './state.js';

/** What a rotation did. */
export interface RotationReport {
  /** `main` where the venue needs only one socket. */
  readonly socket: string;
  /** The new connection. */
  readonly epoch: number;
  /** The one that it replaced. */
  readonly previousEpoch: number;
  /** Milliseconds from the start of the new thread to its READY. */
  readonly readyMs: number;
  /** Milliseconds that both were connected. */
  readonly overlapMs: number;
  /** Events that both brought, told once. */
  readonly duplicatesDropped: number;
  /** Requests that were not answered on the old connection before it had to go; they ended as `unknown`. */
  readonly unanswered: number;
  /** The old connection died before it could be replaced; the new one took over. */
  readonly isTakeover: boolean;
  /**
   * What became of open orders that were placed on the old connection. `untouched`: no switch was armed. `kept`: the switch was disarmed
   * first, so they stay, unwatched. `cancelled`: the venue cancels them at the close.
   */
  readonly openOrders: 'untouched' | 'kept' | 'cancelled';
}

/** The socket whose connection is replaced. */
export interface RotationHost {
  readonly name: string;
  readonly config: MachineConfig;
  readonly openOrders: 'keep' | 'cancel';
  /** The link that carries the requests. */
  readonly link: Link;
  readonly stream: { readonly merge: { readonly duplicates: number; lacking(epoch: number): number } };
  addLink(): Link;
  setPrimary(link: Link): void;
}

/** How often it is looked whether requests on the old connection are answered. */
const LOOK_MS = 5;
const DISARM = 'disarm cancel-on-disconnect';

export class Rotation {
  readonly incoming: Link;
  /** The old connection, from the moment on at which nothing new goes over it. */
  retired: Link | undefined;
  /** Whether the old connection gave its topics back in good order, so that all it had is there. */
  isGivenBack = false;
  readonly #socket: RotationHost;
  readonly #outgoing: Link;
  readonly #previousEpoch: number;
  #isTakeover = false;
  #exitedAtNs = 0;
  #openOrders: RotationReport['openOrders'] = 'untouched';

  constructor(socket: RotationHost, outgoing: Link) {
    if (outgoing.status.state !== 'ready') {
      throw failed(
        `socket ${socket.name} is ${outgoing.status.state}: only a connection that is READY can be replaced`,
      );
    }
    this.#socket = socket;
    this.#outgoing = outgoing;
    this.#previousEpoch = outgoing.state.epoch;
    this.incoming = socket.addLink();
  }

  async run(): Promise<RotationReport> {
    const { incoming } = this;
    const { stream } = this.#socket;
    const startedAtNs = monotonicNs();
    const duplicates = stream.merge.duplicates;
    await this.#connect();
    const readyAtNs = monotonicNs();
    await this.#untilWhole();
    const unanswered = this.#isTakeover ? 0 : await this.#retire();
    return {
      socket: this.#socket.name,
      epoch: incoming.state.epoch,
      previousEpoch: this.#previousEpoch,
      readyMs: (readyAtNs - startedAtNs) / 1e6,
      overlapMs: Math.max(0, this.#exitedAtNs - readyAtNs) / 1e6,
      duplicatesDropped: stream.merge.duplicates - duplicates,
      unanswered,
      isTakeover: this.#isTakeover,
      openOrders: this.#openOrders,
    };
  }

  /** A link's connection has ended, and its machine has not heard of it yet. */
  exited(link: Link): void {
    if (link !== this.#outgoing) return;
    this.#exitedAtNs = monotonicNs();
    if (this.retired !== undefined || this.#isTakeover || this.incoming.isOver) return;
    // The old one died too early: the new one goes on in its place, with the right to try again.
    this.#isTakeover = true;
    this.#outgoing.input({ type: 'reconnect-permitted', isPermitted: false });
    this.incoming.input({ type: 'reconnect-permitted', isPermitted: true });
    if (this.#socket.config.cancelOnDisconnect) this.#openOrders = 'cancelled';
    if (this.#socket.link === this.#outgoing) this.#socket.setPrimary(this.incoming);
  }

  async #connect(): Promise<void> {
    const { incoming } = this;
    const { unknown, topics } = this.#outgoing.state;
    incoming.input({ type: 'replacement-prepared', unknown: [...unknown] });
    this.#outgoing.input({ type: 'unknown-released' });
    incoming.input({ type: 'topics-wanted', topics: topics.wanted });
    const settlement = await incoming.ask((ticket) => ({ type: 'connect-requested', ticket }));
    if (settlement.ok) return;
    const text = `the new connection of socket ${this.#socket.name} did not become READY: ${settlement.error.message}`;
    throw failed(text, settlement.error);
  }

  /**
   * What the new connection lost or has not begun, only the old one can bring: it stays until the new one needs it no more, or until
   * that one has come no further for long. Snapshots of many books take their time, because the rate budget lets them come one by one.
   */
  async #untilWhole(): Promise<void> {
    const { incoming } = this;
    const { merge } = this.#socket.stream;
    const patienceNs = this.#socket.config.requestTimeoutMs * 1e6;
    let fewest = Number.POSITIVE_INFINITY;
    let deadline = 0;
    for (;;) {
      const lacking = merge.lacking(incoming.state.epoch);
      if (lacking < fewest) deadline = monotonicNs() + patienceNs;
      fewest = Math.min(fewest, lacking);
      if (lacking === 0 || monotonicNs() >= deadline) return;
      if (this.#isTakeover || this.#outgoing.isOver) return;
      if (incoming.isOver)
        throw failed(`the new connection of socket ${this.#socket.name} ended before it was whole`);
      await sleep(LOOK_MS);
    }
  }

  /** Lets the old connection finish what it has, and closes it. Returns how many requests were left without an answer. */
  async #retire(): Promise<number> {
    const outgoing = this.#outgoing;
    const { config } = this.#socket;
    const deadline = monotonicNs() + config.requestTimeoutMs * 1e6;
    this.retired = outgoing;
    outgoing.input({ type: 'reconnect-permitted', isPermitted: false });
    if (this.#socket.link === outgoing) this.#socket.setPrimary(this.incoming);
    while (outgoing.state.requests.size > 0 && monotonicNs() < deadline && !outgoing.isOver)
      await sleep(LOOK_MS);
    const unanswered = outgoing.state.requests.size;
    await this.#giveBack(deadline);
    if (config.cancelOnDisconnect) this.#openOrders = (await this.#disarm()) ? 'kept' : 'cancelled';
    outgoing.input({ type: 'close-requested' });
    while (!outgoing.isOver) await sleep(LOOK_MS);
    return unanswered;
  }

  /** The venue's answer to the unsubscribe comes after the last event: whatever came before it is there. */
  async #giveBack(deadline: number): Promise<void> {
    const { topics } = this.#outgoing.state;
    const asked = this.#outgoing.ask((ticket) => ({
      type: 'topics-unwanted',
      topics: topics.wanted,
      ticket,
    }));
    const late = new AbortController();
    const left = Math.max(1, (deadline - monotonicNs()) / 1e6);
    const timeout = sleep(left, undefined, { signal: late.signal }).catch(() => undefined);
    const settlement = await Promise.race<Settlement | undefined>([asked, timeout]);
    late.abort();
    this.isGivenBack = settlement?.ok === true && this.#outgoing.status.state === 'ready';
  }

  /** True where the orders of the old connection survive its close. */
  async #disarm(): Promise<boolean> {
    const { config, openOrders } = this.#socket;
    const { safetySwitch } = config.exchange;
    if (openOrders === 'cancel' || safetySwitch?.disarm === undefined) return false;
    let requests: readonly SetupRequest[] | undefined;
    for (let index = 0; index < (requests?.length ?? 1); index += 1) {
      const settlement = await this.#outgoing.ask((ticket) => ({
        type: 'request-made',
        ticket,
        subject: { call: DISARM },
        build: (context) => {
          requests ??= safetySwitch.disarm?.(context) ?? [];
          const request = requests[index];
          if (request === undefined) throw new TypeError('there is nothing to ask');
          return request;
        },
        timeoutMs: config.stepTimeoutMs,
        sendBeforeMs: 0,
        duringRestore: false,
      }));
      if (!settlement.ok || requests?.[index]?.check(settlement.value) !== undefined) return false;
    }
    return true;
  }
}

function failed(text: string, cause?: unknown): BulkheadError {
  return new BulkheadError('rotation-failed', text, cause === undefined ? {} : { cause });
}
