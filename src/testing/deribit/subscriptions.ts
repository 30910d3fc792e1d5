// Who listens to what: opens streams for the first listener, closes them after the last, and brings them the news.
import type { Connection } from '../kit/connection.js';
import type { Account } from './accounts.js';
import { isPrivateChannel, openChannel, openUserChannel } from './channels.js';
import type { DeribitMarket, MarketChange } from './market.js';
import type { Session } from './session.js';
import type { ChannelStream } from './streams.js';
import { type AccountChange, UserStream } from './user-streams.js';
import type { World } from './world.js';

interface Opened {
  readonly stream: ChannelStream;
  readonly markets: readonly DeribitMarket[];
}

export interface SubscribeOutcome {
  readonly confirmed: readonly string[];
  readonly refused: readonly string[];
  /** Sends what the new channels start with; to be called after the acknowledgement. */
  greet(): void;
}

const gatherMs = 100;
const secondMs = 1000;

export class Subscriptions {
  readonly #world: World;
  /** By channel name; private ones by account and channel name. */
  readonly #opened = new Map<string, Opened>();
  readonly #byMarket = new Map<DeribitMarket, Set<ChannelStream>>();
  #timers: NodeJS.Timeout[] = [];
  /** Called when the set of markets that somebody listens to changed. */
  onActiveMarkets: () => void = () => {};

  constructor(world: World) {
    this.#world = world;
  }

  /** `account` opens the private channels; without it they are refused. */
  subscribe(
    session: Session,
    channels: readonly string[],
    account: Account | undefined,
    label: string | undefined,
  ): SubscribeOutcome {
    const confirmed: string[] = [];
    const refused: string[] = [];
    const fresh: ChannelStream[] = [];
    for (const channel of new Set(channels)) {
      const stream = this.#isRefused(session, channel) ? undefined : this.#open(channel, account)?.stream;
      if (stream === undefined) {
        refused.push(channel);
        continue;
      }
      confirmed.push(channel);
      if (!stream.listeners.has(session.connection)) fresh.push(stream);
      this.#join(session, stream, isPrivateChannel(channel) ? label : undefined);
    }
    this.#tend();
    const greet = () => {
      for (const stream of fresh) stream.greet(session.connection);
    };
    // The venue does not keep the order of the request.
    return { confirmed: confirmed.reverse(), refused, greet };
  }

  /** Returns the channels that were really removed. */
  unsubscribe(session: Session, channels: readonly string[]): readonly string[] {
    const removed = [...new Set(channels)].filter((channel) => session.channels.has(channel));
    for (const [key, { stream }] of this.#opened) {
      if (!removed.includes(stream.channel) || !stream.listeners.delete(session.connection)) continue;
      if (stream.listeners.size === 0) this.#close(key);
    }
    for (const channel of removed) session.channels.delete(channel);
    this.#tend();
    return removed.reverse();
  }

  /** A fault: the channel stops without a word, the session believes it has it. */
  revoke(connection: Connection, channel: string): void {
    for (const [key, { stream }] of this.#opened) {
      if (stream.channel !== channel) continue;
      stream.listeners.delete(connection);
      if (stream.listeners.size === 0) this.#close(key);
    }
  }

  onMarket(change: MarketChange): void {
    const streams = this.#byMarket.get(change.market);
    if (streams === undefined) return;
    for (const stream of streams) stream.onMarket(change);
  }

  onAccount(change: AccountChange): void {
    const prefix = keyPrefix(change.account);
    for (const [key, { stream, markets }] of this.#opened) {
      if (key.startsWith(prefix) && stream instanceof UserStream && markets.includes(change.market)) {
        stream.onAccount(change);
      }
    }
  }

  /** Sends something on a channel now, if anybody listens. */
  publish(channel: string, data: unknown): void {
    this.#opened.get(channel)?.stream.publish(data);
  }

  /** The open public streams. */
  streams(): readonly ChannelStream[] {
    return [...this.#opened.values()].map(({ stream }) => stream);
  }

  /** The markets that a public channel listens to. */
  activeMarkets(): readonly DeribitMarket[] {
    return [...this.#byMarket.keys()];
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
  }

  #isRefused(session: Session, channel: string): boolean {
    const { faults } = this.#world;
    return (
      faults?.take('refuse-topic', session.connection.id, (fault) => fault.topic === channel) !== undefined
    );
  }

  #open(channel: string, account: Account | undefined): Opened | undefined {
    const isPrivate = isPrivateChannel(channel);
    if (isPrivate && account === undefined) return undefined;
    const key = isPrivate && account !== undefined ? `${keyPrefix(account)}${channel}` : channel;
    const known = this.#opened.get(key);
    if (known !== undefined) return known;
    const opened =
      isPrivate && account !== undefined
        ? openUserChannel(this.#world, channel, account)
        : openChannel(this.#world, channel);
    if (opened === undefined) return undefined;
    this.#opened.set(key, opened);
    for (const market of opened.markets) this.#listenTo(market, opened.stream);
    return opened;
  }

  #listenTo(market: DeribitMarket, stream: ChannelStream): void {
    const streams = this.#byMarket.get(market) ?? new Set();
    streams.add(stream);
    this.#byMarket.set(market, streams);
  }

  #join(session: Session, stream: ChannelStream, label: string | undefined): void {
    if (!stream.listeners.has(session.connection)) stream.beforeJoin();
    stream.listeners.set(session.connection, label);
    session.channels.set(stream.channel, label);
  }

  #close(key: string): void {
    const opened = this.#opened.get(key);
    this.#opened.delete(key);
    for (const market of opened?.markets ?? []) {
      const streams = this.#byMarket.get(market);
      if (opened !== undefined) streams?.delete(opened.stream);
      if (streams?.size === 0) this.#byMarket.delete(market);
    }
  }

  /** Timers run only while a stream needs them. */
  #tend(): void {
    this.onActiveMarkets();
    if (this.#opened.size === 0) {
      this.close();
    } else if (this.#timers.length === 0) {
      const { clock } = this.#world;
      this.#timers = [
        setInterval(() => this.#flush('100ms'), clock.scale(gatherMs)),
        setInterval(() => this.#flush('second'), clock.scale(secondMs)),
      ];
    }
  }

  #flush(pace: '100ms' | 'second'): void {
    for (const { stream } of this.#opened.values()) if (stream.pace === pace) stream.flush();
  }
}

function keyPrefix(account: Account): string {
  return `${account.userId}:`;
}
