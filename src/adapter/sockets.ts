// All sockets of one adapter: which of them a topic, an order or any other call belongs to, and which are needed from the start.
import { BulkheadError } from '../errors.js';
import type { Exchange, Venue } from '../exchanges/exchange.js';
import { ownTopic } from './own-topic.js';
import { Shards } from './shards.js';
import type { VenueSocket } from './venue-socket.js';

export interface SocketsOptions {
  readonly venue: Venue;
  readonly hasCredentials: boolean;
  /** Topics that one connection holds at most, where that shall be less than the venue allows. */
  readonly topicsPerConnection: number | undefined;
  /** Makes a connection to a socket of the venue; `number` counts them from 1 on. */
  open(key: string, exchange: Exchange, number: number): VenueSocket;
}

export class Sockets {
  readonly #venue: Venue;
  readonly #hasCredentials: boolean;
  readonly #shards = new Map<string, Shards>();

  constructor({ venue, hasCredentials, topicsPerConnection, open }: SocketsOptions) {
    this.#venue = venue;
    this.#hasCredentials = hasCredentials;
    for (const [key, socket] of Object.entries(venue.sockets)) {
      const exchange = socket as unknown as Exchange;
      const { topics = Number.POSITIVE_INFINITY } = exchange.limits ?? {};
      const limits = { ...exchange.limits, topics: Math.min(topics, topicsPerConnection ?? topics) };
      this.#shards.set(key, new Shards(limits, (number) => open(key, exchange, number)));
    }
  }

  get all(): readonly VenueSocket[] {
    return [...this.#shards.values()].flatMap(({ sockets }) => sockets);
  }

  get started(): readonly VenueSocket[] {
    return this.all.filter(({ isStarted }) => isStarted);
  }

  /** Those to connect first: the ones with topics, the ones that the credentials are for, and one in any case. */
  get needed(): readonly VenueSocket[] {
    const needed = this.all.filter(
      (socket) => socket.link.state.topics.wanted.length > 0 || this.#isForAccount(socket),
    );
    return needed.length > 0 ? needed : this.all.slice(0, 1);
  }

  /** Whether all orders can be cancelled over one of them. */
  get canCancelAll(): boolean {
    const { orderSocket } = this.#venue;
    const shards = orderSocket === undefined ? undefined : this.#shards.get(orderSocket);
    return this.#hasCredentials && shards?.first.exchange.orders?.cancelAll !== undefined;
  }

  /** The topics in the venue's words, by the connection that holds or will hold them. @throws TypeError */
  place(topics: readonly string[]): ReadonlyMap<VenueSocket, readonly string[]> {
    return this.#group(topics, (shards, topic) => shards.place(topic));
  }

  /** The same for topics that are to be given back: those that nobody holds take no place. @throws TypeError */
  held(topics: readonly string[]): ReadonlyMap<VenueSocket, readonly string[]> {
    return this.#group(topics, (shards, topic) => shards.holderOf(topic));
  }

  /** The connection has given these topics back. */
  release(socket: VenueSocket, topics: readonly string[]): void {
    for (const shards of this.#shards.values())
      if (shards.sockets.includes(socket)) shards.release(socket, topics);
  }

  /** @throws BulkheadError `unsupported` */
  ofOrders(): VenueSocket {
    return this.#first(this.#venue.orderSocket, 'orders');
  }

  /** @throws BulkheadError `unsupported` */
  ofRequest(method: string): VenueSocket {
    return this.#first(this.#venue.socketOfRequest?.(method) ?? this.#venue.orderSocket, 'requests');
  }

  close(): void {
    for (const shards of this.#shards.values()) shards.close();
  }

  #group(
    topics: readonly string[],
    socketOf: (shards: Shards, topic: string) => VenueSocket,
  ): ReadonlyMap<VenueSocket, readonly string[]> {
    if (!Array.isArray(topics)) throw new TypeError('topics must be an array of strings');
    // All of them are looked at before the first one takes a place.
    const owned = (topics as readonly string[]).map((name) => ownTopic(this.#venue, name));
    const shards = owned.map((topic) => this.#shardsOfTopic(topic));
    const groups = new Map<VenueSocket, string[]>();
    for (const [index, topic] of owned.entries()) {
      const socket = socketOf(shards[index]!, topic);
      groups.set(socket, [...(groups.get(socket) ?? []), topic]);
    }
    return groups;
  }

  #first(key: string | undefined, what: string): VenueSocket {
    const shards = key === undefined ? undefined : this.#shards.get(key);
    if (shards !== undefined) return shards.first;
    const { name } = this.#venue;
    const text = `${name} does not take ${what} over its WebSocket; use its REST interface`;
    throw new BulkheadError('unsupported', text, { exchange: name });
  }

  #shardsOfTopic(topic: unknown): Shards {
    if (typeof topic !== 'string' || topic === '')
      throw new TypeError('topics must be strings that are not empty');
    const shards = this.#shards.get(this.#venue.socketOfTopic(topic));
    const exchange = shards?.first.exchange;
    const problem = exchange?.checkTopic?.(topic);
    if (shards === undefined || problem !== undefined) {
      const words = problem ?? `${this.#venue.name} has no such topic`;
      throw new TypeError(`topic ${JSON.stringify(topic)}: ${words}`);
    }
    if (exchange?.isPrivate?.(topic) === true && !this.#hasCredentials) {
      throw new TypeError(`topic ${JSON.stringify(topic)} is private: give options.credentials`);
    }
    return shards;
  }

  #isForAccount(socket: VenueSocket): boolean {
    if (!this.#hasCredentials) return false;
    const { accountSockets } = this.#venue;
    const [key] = [...this.#shards].find(([, { first }]) => first === socket) ?? [];
    if (key === undefined) return false;
    const { login, orders } = socket.exchange;
    return accountSockets?.includes(key) ?? (login !== undefined || orders !== undefined);
  }
}
