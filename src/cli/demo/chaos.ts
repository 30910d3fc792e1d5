// Breaks one connection after the other, each in another way: on the wire, at the exchange, and inside the thread.
import { breakThread, type ThreadFault } from '../../testing/thread-faults.js';
import type { Fault } from '../../testing/kit/fault.js';
import type { ConnectionView } from '../../testing/kit/simulated-exchange.js';
import type { Bot } from './bot.js';
import type { DemoVenue } from './venue.js';

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
  readonly #venues: readonly DemoVenue[];
  readonly #blows: readonly Blow[];
  readonly #tell: (line: string) => void;
  #timer: NodeJS.Timeout | undefined;
  #turn = 0;
  #underWay: Promise<void> = Promise.resolve();

  constructor(venues: readonly DemoVenue[], tell: (line: string) => void) {
    this.#venues = venues;
    const isSimulated = venues.every(({ simulated }) => simulated !== undefined);
    this.#blows = blows.filter((blow) => isSimulated || !('venue' in blow));
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

  /** Whether a connection that was hit is still open at its venue. */
  async isPending(): Promise<boolean> {
    for (const venue of this.#venues) {
      await freshConnections(venue);
      if (venue.doomed.size > 0) return true;
    }
    return false;
  }

  async #strike(): Promise<void> {
    const blow = this.#blows[this.#turn % this.#blows.length];
    const [venue, bot] = this.#victim() ?? [];
    if (venue === undefined || bot === undefined || blow === undefined) return;
    this.#turn += 1;
    try {
      const isHit = 'venue' in blow ? await hitConnection(venue, bot, blow.venue) : hitThread(bot, blow);
      if (isHit) this.#tell(`${bot.name}: ${blow.name}`);
    } catch (error) {
      // The connection was gone before the blow: somebody else's, for instance the venue's own.
      this.#tell(
        `${bot.name}: ${blow.name} missed (${error instanceof Error ? error.message : String(error)})`,
      );
    }
  }

  /** The next one in turn that is READY; nobody is hit twice before it died. */
  #victim(): readonly [DemoVenue, Bot] | undefined {
    const all = this.#venues.flatMap((venue) => venue.bots.map((bot) => [venue, bot] as const));
    const start = this.#turn % all.length;
    const inTurn = [...all.slice(start), ...all.slice(0, start)];
    return inTurn.find(([, { adapter, isDoomed }]) => adapter.state === 'ready' && !isDoomed);
  }
}

function hitThread(bot: Bot, blow: Exclude<Blow, { readonly venue: Fault }>): boolean {
  const threads = bot.adapter.sockets.flatMap(({ threadId }) => (threadId === undefined ? [] : [threadId]));
  const threadId = threads[Math.floor(Math.random() * threads.length)];
  if (threadId === undefined) return false;
  bot.isDoomed = true;
  if ('kill' in blow) bot.adapter.terminate();
  else breakThread(threadId, blow.thread);
  return true;
}

/**
 * Hits a connection of the bot's account, or one that belongs to no account. Whose that is only its exit tells, so the connection is
 * remembered instead of the bot.
 */
async function hitConnection(venue: DemoVenue, { account }: Bot, fault: Fault): Promise<boolean> {
  const fresh = await freshConnections(venue);
  const own = fresh.filter((one) => one.account === account || one.account === undefined);
  const { id } = own[Math.floor(Math.random() * own.length)] ?? {};
  if (id === undefined) return false;
  await venue.simulated?.inject({ ...fault, connection: id } as Fault);
  venue.doomed.add(id);
  return true;
}

/** The open connections that were not hit yet; what was hit and is gone is forgotten. */
async function freshConnections({ simulated, doomed }: DemoVenue): Promise<readonly ConnectionView[]> {
  const open = (await simulated?.stats())?.connections ?? [];
  for (const id of doomed) if (!open.some((one) => one.id === id)) doomed.delete(id);
  return open.filter(({ id }) => !doomed.has(id));
}
