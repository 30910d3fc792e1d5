// One link's part in the shared budgets: its frames and connects ask there, its connection has a limit of its own while it lives.
import type { Exchange, RequestId } from '../exchanges/exchange.js';
import type { Cost, RateLimit } from '../rate-budget.js';
import type { BudgetGate, Passage } from './budget-gate.js';
import { type BudgetLease, accountName, budgets, connectLimits } from './budgets.js';
import { HttpBudget } from './http-budget.js';
import type { Output } from './messages.js';
import type { RateMessage } from '../telemetry/messages.js';
import { monotonicNs } from '../clock.js';

type Frame = Extract<Output, { type: 'send-frame' }>;

/** Frames of a connection's own limit that are left to its pings and pongs, which the thread sends by itself. */
const FRAMES_FOR_HEARTBEAT = 1;

/** Told where the budget makes somebody wait; `ms`: how long. */
export type TellRate = (what: RateMessage['what'], event: RateMessage['event'], ms?: number) => void;

export interface LinkBudgetOptions {
  readonly exchange: Exchange;
  /** The address that is connected to. */
  readonly url: string;
  /** Where HTTP calls go; undefined where there are none. */
  readonly restUrl: string | undefined;
  readonly credentials: unknown;
  /** The budget's name where the user gave one. */
  readonly name: string | undefined;
  readonly tell?: TellRate;
}

let lastNumber = 0;

/** A name for what is nobody else's. */
function ownName(kind: string): string {
  lastNumber += 1;
  return `${kind} ${lastNumber}`;
}

export class LinkBudget {
  readonly http: HttpBudget;
  readonly #exchange: Exchange;
  readonly #connects: BudgetLease;
  readonly #requests: BudgetLease;
  readonly #tell: TellRate;
  readonly #held = new Map<string, Passage>();
  #connect: Passage | undefined;
  #connectionLimit: string | undefined;
  /** Frames of this epoch that went to the thread, and frames of its heartbeat that were counted. */
  #given = 0;
  #heartbeats = 0;

  constructor({ exchange, url, restUrl, credentials, name, tell }: LinkBudgetOptions) {
    this.#tell = tell ?? (() => undefined);
    const { host } = new URL(url);
    const limits = exchange.rates?.limits ?? {};
    this.#exchange = exchange;
    this.#connects = budgets.acquire(`connects ${host}`, connectLimits(exchange));
    const account = accountName(exchange, host, credentials, name) ?? ownName('alone');
    this.#requests = budgets.acquire(account, limits);
    this.http = new HttpBudget(exchange, new URL(restUrl ?? url).host);
  }

  /** True where the connect may be made now; else `granted` is called when its turn has come. */
  takeConnect(isReplacing: boolean, granted: () => void): boolean {
    this.withdrawConnect();
    const askedAtNs = monotonicNs();
    const go = () => {
      this.#tell('connects', 'released', sinceMs(askedAtNs));
      granted();
    };
    const priority = isReplacing ? 'subscribe' : 'request';
    const passage: Passage = { cost: 1, priority, granted: go, refused: go };
    const answer = this.#connects.gate.ask(passage);
    if (answer === 'waiting') {
      this.#connect = passage;
      this.#tell('connects', 'held');
    }
    return answer !== 'waiting';
  }

  withdrawConnect(): void {
    if (this.#connect !== undefined) this.#connects.gate.withdraw(this.#connect);
    this.#connect = undefined;
  }

  /** The host said that it is asked too often: nobody connects to it for so long. */
  pauseConnects(ms: number): void {
    this.#tell('connects', 'paused', ms);
    this.#connects.gate.pause(ms);
  }

  onHostReturn(heard: () => void): void {
    this.#connects.onReturn(heard);
  }

  tellHostReturn(): void {
    this.#connects.tellReturn();
  }

  startEpoch(): void {
    const frames = this.#exchange.limits?.frames;
    this.#given = 0;
    this.#heartbeats = 0;
    if (frames === undefined) return;
    this.#connectionLimit = ownName('connection');
    this.#requests.gate.add(this.#connectionLimit, frameLimit(frames));
  }

  /** Gives up what waits for the connection that has ended. */
  endEpoch(): void {
    this.http.endEpoch();
    for (const passage of this.#held.values()) this.#requests.gate.withdraw(passage);
    this.#held.clear();
    if (this.#connectionLimit !== undefined) this.#requests.gate.remove(this.#connectionLimit);
    this.#connectionLimit = undefined;
  }

  /** `waiting`: `granted` or `refused` is called later, unless the frame is withdrawn. `never`: it costs more than there can be. */
  takeFrame(
    { id, frame, priority }: Frame,
    framesSent: number,
    granted: () => void,
    refused: () => void,
  ): ReturnType<BudgetGate['ask']> {
    if (this.#exchange.rates === undefined && this.#connectionLimit === undefined) return 'granted';
    this.#countHeartbeats(framesSent);
    const askedAtNs = monotonicNs();
    const passage = {
      cost: this.#costOf(frame),
      priority,
      granted: () => {
        this.#held.delete(String(id));
        this.#given += 1;
        this.#tell('requests', 'released', sinceMs(askedAtNs));
        granted();
      },
      refused: () => {
        this.#tell('requests', 'refused');
        refused();
      },
    };
    const answer = this.#requests.gate.ask(passage);
    if (answer === 'waiting') {
      this.#held.set(String(id), passage);
      this.#tell('requests', 'held');
    }
    if (answer === 'never') this.#tell('requests', 'refused');
    if (answer === 'granted') this.#given += 1;
    return answer;
  }

  withdrawFrame(id: RequestId): void {
    const passage = this.#held.get(String(id));
    if (passage === undefined) return;
    this.#held.delete(String(id));
    this.#requests.gate.withdraw(passage);
  }

  /** The venue said "too fast". */
  pause(ms: number): void {
    this.#tell('requests', 'paused', ms);
    this.#requests.gate.pause(ms);
  }

  resize(limits: Readonly<Record<string, RateLimit>>): void {
    this.#requests.gate.resize(limits);
  }

  /** True once for each account. */
  takeAskLimits(): boolean {
    const { gate } = this.#requests;
    const isFirst = !gate.areLimitsAsked;
    gate.areLimitsAsked = true;
    return isFirst;
  }

  release(): void {
    this.withdrawConnect();
    this.endEpoch();
    this.http.release();
    this.#connects.release();
    this.#requests.release();
  }

  #costOf(frame: string): Cost {
    const { rates } = this.#exchange;
    const asked = rates?.cost(frame) ?? {};
    const names = Object.keys(rates?.limits ?? {});
    // A plain number means all limits of the account, and not those of its other connections, which are in the same budget.
    const cost = typeof asked === 'number' ? Object.fromEntries(names.map((name) => [name, asked])) : asked;
    const own = this.#connectionLimit;
    return own === undefined ? cost : { ...cost, [own]: 1 };
  }

  /** The thread's frames that were not given to it are its heartbeat's. They have been sent, so they count without asking. */
  #countHeartbeats(framesSent: number): void {
    const cost = this.#exchange.rates?.heartbeatCost;
    const news = framesSent - this.#given - this.#heartbeats;
    if (news <= 0) return;
    this.#heartbeats += news;
    if (cost === undefined) return;
    for (let count = 0; count < news; count += 1) this.#requests.gate.debit(cost);
  }
}

function sinceMs(atNs: number): number {
  return (monotonicNs() - atNs) / 1e6;
}

function frameLimit({ units, windowMs }: { readonly units: number; readonly windowMs: number }): RateLimit {
  return { kind: 'window', units: Math.max(1, units - FRAMES_FOR_HEARTBEAT), windowMs };
}
