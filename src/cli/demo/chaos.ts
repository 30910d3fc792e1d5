// Breaks one connection after the other, each in another way: on the wire, at the exchange, and inside the thread.
import { breakThread, type ThreadFault } from '../../testing/thread-faults.js';
import type { Fault } from '../../testing/kit/fault.js';
import type { SimulatedProcess } from '../../testing/process.js';
import type { Bot } from './bot.js';

/** A way to die. `venue` faults need a simulated exchange. */
type Blow =
  | { readonly name: string; readonly venue: Fault }
  | { readonly name: string; readonly thread: ThreadFault }
  | { readonly name: string; readonly kill: true };

const blows: readonly Blow[] = [
  { name: 'TCP reset', venue: { kind: 'drop', by: 'rst' } },
  { name: 'thread killed', kill: true },
  { name: 'close frame 1001', venue: { kind: 'close', code: 1001, reason: 'going away' } },
  { name: 'error in the thread', thread: 'throw' },
  { name: 'venue goes silent', venue: { kind: 'half-open', reading: true } },
  { name: 'thread spins', thread: 'spin' },
  { name: 'TCP end without close frame', venue: { kind: 'drop', by: 'fin' } },
  { name: 'rejection in the thread', thread: 'reject' },
  { name: 'thread out of memory', thread: 'out-of-memory' },
  { name: 'too slow, says the venue', venue: { kind: 'slow-consumer' } },
];

export class Chaos {
  readonly #bots: readonly Bot[];
  readonly #venue: SimulatedProcess | undefined;
  readonly #blows: readonly Blow[];
  readonly #tell: (line: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #turn = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(bots: readonly Bot[], venue: SimulatedProcess | undefined, tell: (line: string) => void) {
    this.#bots = bots;
    this.#venue = venue;
    this.#blows = blows.filter((blow) => venue !== undefined || !('venue' in blow));
    this.#tell = tell;
  }

  start(everyMs: number): void {
    this.#timer = setInterval(() => {
      this.#underWay = this.#strike();
    }, everyMs);
  }

  /** Twice does no harm. Resolves when the last blow has landed. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#underWay;
  }

  async #strike(): Promise<void> {
    const bot = this.#victim();
    const blow = this.#blows[this.#turn % this.#blows.length];
    if (bot === undefined || blow === undefined) return;
    this.#turn += 1;
    bot.isDoomed = true;
    try {
      if (await this.#land(bot, blow)) this.#tell(`${bot.name}: ${blow.name}`);
      else bot.isDoomed = false;
    } catch (error) {
      // The connection was gone before the blow: somebody else's, for instance the venue's own.
      bot.isDoomed = false;
      this.#tell(
        `${bot.name}: ${blow.name} missed (${error instanceof Error ? error.message : String(error)})`,
      );
    }
  }

  /** The next one in turn that is READY; nobody is hit twice before it died. */
  #victim(): Bot | undefined {
    const start = this.#turn % this.#bots.length;
    const inTurn = [...this.#bots.slice(start), ...this.#bots.slice(0, start)];
    return inTurn.find(({ adapter, isDoomed }) => adapter.state === 'ready' && !isDoomed);
  }

  async #land(bot: Bot, blow: Blow): Promise<boolean> {
    if ('kill' in blow) {
      bot.adapter.terminate();
      return true;
    }
    if ('thread' in blow) {
      const threadId = bot.adapter.sockets.find((socket) => socket.threadId !== undefined)?.threadId;
      if (threadId !== undefined) breakThread(threadId, blow.thread);
      return threadId !== undefined;
    }
    const connection = await this.#connectionOf(bot);
    if (connection !== undefined) await this.#venue?.inject({ ...blow.venue, connection } as Fault);
    return connection !== undefined;
  }

  async #connectionOf(bot: Bot): Promise<string | undefined> {
    const stats = await this.#venue?.stats();
    return stats?.connections.findLast(({ account }) => account === bot.name)?.id;
  }
}
