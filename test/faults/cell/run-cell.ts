// Plays one cell: brings an adapter to the moment, lets the fault strike, lifts it, and has everything judged from the records.
import { setTimeout as sleep } from 'node:timers/promises';
import { breakThread } from '../../../src/testing/index.js';
import { waitFor, withTimeout } from '../../support/wait-for.js';
import type { Host } from '../host/host.js';
import type { Deed } from '../host/messages.js';
import type { Tried } from '../report.js';
import { Actor } from './actor.js';
import type { Cell } from './matrix.js';
import { momentPlans } from './moments.js';
import { Scene } from './scene.js';

const loadOf = {
  idle: { eventsPerSecond: 20, instruments: ['BTC-PERPETUAL'], orderEveryMs: 50 },
  busy: { eventsPerSecond: 300, instruments: ['BTC-PERPETUAL', 'ETH-PERPETUAL'], orderEveryMs: 10 },
};
const hold: Deed = { do: 'conditions', conditions: { down: { stall: true } } };
const fair: Deed = { do: 'conditions', conditions: {} };

export async function runCell(cell: Cell, shared: Host): Promise<Tried> {
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
  readonly #actor: Actor;

  constructor(cell: Cell, scene: Scene) {
    this.#cell = cell;
    this.#scene = scene;
    const { instruments, orderEveryMs } = loadOf[cell.load];
    const { thread, connection } = cell.fault;
    this.#actor = new Actor(scene, {
      instruments,
      orderEveryMs,
      breakable: thread !== undefined,
      ...(connection === undefined ? {} : { connection }),
    });
  }

  async play(): Promise<Tried> {
    const { moment, fault } = this.#cell;
    const actor = this.#actor;
    try {
      await actor.part('reaching READY', () => actor.begin());
      await actor.part(`the fault at ${moment}`, () => this.#strike());
      if (moment !== 'closing') await actor.part('recovering', () => actor.rest());
    } catch (error) {
      actor.fail(error);
    }
    return actor.end({ closedInFlow: moment === 'closing', reordered: fault.reorders === true });
  }

  async #strike(): Promise<void> {
    const { moment, fault } = this.#cell;
    const before = this.#actor.log.exits.length;
    if (moment === 'ready') await this.#strikeAtReady();
    else if (moment === 'reconcile') await this.#strikeInReconcile();
    else await this.#strikeOnOccasion();
    await sleep(fault.lastsMs);
    const { exits } = this.#actor.log;
    const isJudged = fault.ends !== undefined && (moment === 'ready' || moment === 'order in flight');
    const hasEnded = () => waitFor(() => exits.length > before, 'the connection to end', 20_000);
    // On a busy machine the thread may need longer to be sure: it leaves out the time in which it could not look itself.
    if (isJudged && fault.lastsUntilEnd === true) await hasEnded();
    await this.#lift();
    if (!isJudged) return;
    if (fault.ends) await hasEnded();
    else if (exits.length > before)
      this.#actor.problems.push(`the connection ended; ${this.#actor.log.story}`);
  }

  async #strikeAtReady(): Promise<void> {
    await this.#blow();
    // A request that a lost answer can hit; that it settles is proved by close().
    void this.#actor.adapter.request('public/get_time').catch(() => {});
  }

  async #strikeInReconcile(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#actor.atReconcile = async () => {
        await this.#blow().then(resolve, reject);
        await sleep(50);
      };
      this.#actor.adapter.reconnect();
    });
  }

  /** The exchange's process strikes by itself in the turn of the occasion, or holds its line and tells this side to. */
  async #strikeOnOccasion(): Promise<void> {
    const { moment, fault } = this.#cell;
    const { occasion, isHeld = false, method = '' } = momentPlans[moment];
    if (occasion === undefined) throw new TypeError(`${moment} has no occasion`);
    const told = new Promise<void>((resolve) => this.#scene.onTold(resolve));
    if (isHeld) await this.#scene.act(hold);
    await this.#scene.arm(occasion, ...this.#deedsOnOccasion(method, isHeld));
    this.#approach();
    await withTimeout(told, `the exchange's sight of ${moment}`, 20_000);
    if (fault.thread !== undefined) await this.#blow();
  }

  /** Telling comes first: a process that a signal hits tells no more. */
  #deedsOnOccasion(method: string, isHeld: boolean): readonly Deed[] {
    const { thread, process: kind, deeds } = this.#cell.fault;
    if (thread !== undefined) return [hold, { do: 'tell' }];
    const own = deeds?.(method) ?? [];
    const isReleased = isHeld && kind === undefined && !own.some((deed) => deed.do === 'conditions');
    return [{ do: 'tell' }, ...own, ...(isReleased ? [fair] : [])];
  }

  /** Does what brings the moment about. */
  #approach(): void {
    const { adapter, pump } = this.#actor;
    const { moment } = this.#cell;
    if (moment === 'closing') void adapter.close();
    // What strikes may end the rotation: then the old connection goes on, or an ordinary reconnect follows.
    else if (moment === 'rotating') void adapter.rotate().catch(() => {});
    else if (moment === 'order in flight') for (let count = 0; count < 10; count += 1) pump.send();
    else adapter.reconnect();
  }

  async #blow(): Promise<void> {
    const { thread, deeds } = this.#cell.fault;
    const { adapter } = this.#actor;
    const method = momentPlans[this.#cell.moment].method ?? '';
    if (thread === undefined) return this.#scene.act(...(deeds?.(method) ?? []));
    if (thread === 'terminate') return adapter.terminate();
    const threadId = adapter.sockets[0]?.threadId;
    if (threadId !== undefined) breakThread(threadId, thread);
  }

  async #lift(): Promise<void> {
    const { process: kind, lastsMs } = this.#cell.fault;
    if (kind === 'stopped') this.#scene.resume();
    if (kind === 'killed') await this.#scene.restart();
    // Faults without a duration wait for their occasion and end by themselves.
    const clear: Deed = { do: 'inject', fault: { kind: 'clear' } };
    await this.#scene.act(fair, ...(lastsMs > 0 && kind === undefined ? [clear] : []));
  }
}
