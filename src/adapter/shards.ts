// One socket of a venue, spread over as many connections as its topics need: the venue says how many one of them may hold.
// Each connection is a life of its own; the first one carries all that is not a topic.
import type { ConnectionLimits } from '../exchanges/exchange.js';
import type { VenueSocket } from './venue-socket.js';

/** Quotation marks and a comma. */
const AROUND_TOPIC = 3;

interface Load {
  topics: number;
  characters: number;
}

export class Shards {
  readonly #limits: ConnectionLimits;
  readonly #open: (number: number) => VenueSocket;
  readonly #sockets: VenueSocket[] = [];
  readonly #placed = new Map<string, VenueSocket>();
  readonly #loads = new Map<VenueSocket, Load>();
  #isClosing = false;

  /** `open` makes the connection of this number, from 1 on. */
  constructor(limits: ConnectionLimits, open: (number: number) => VenueSocket) {
    this.#limits = limits;
    this.#open = open;
    this.#add();
  }

  /** The connection that carries requests and orders. */
  get first(): VenueSocket {
    return this.#sockets[0]!;
  }

  get sockets(): readonly VenueSocket[] {
    return this.#sockets;
  }

  /** Which connection holds, or will hold, the topic. Where all are full, another one is made; it is not connected yet. */
  place(topic: string): VenueSocket {
    const held = this.#placed.get(topic);
    if (held !== undefined) return held;
    const socket = this.#sockets.find((one) => this.#hasRoom(one, topic)) ?? this.#next();
    this.#placed.set(topic, socket);
    const load = this.#loadOf(socket);
    load.topics += 1;
    load.characters += topic.length + AROUND_TOPIC;
    return socket;
  }

  /** Which connection holds the topic; the first, where none does. */
  holderOf(topic: string): VenueSocket {
    return this.#placed.get(topic) ?? this.first;
  }

  /** Topics that a connection gave back leave their room to others, but for those that were asked for again meanwhile. */
  release(socket: VenueSocket, topics: readonly string[]): void {
    const wanted = new Set(socket.link.state.topics.wanted);
    const load = this.#loadOf(socket);
    for (const topic of topics) {
      if (wanted.has(topic) || this.#placed.get(topic) !== socket) continue;
      this.#placed.delete(topic);
      load.topics -= 1;
      load.characters -= topic.length + AROUND_TOPIC;
    }
  }

  close(): void {
    this.#isClosing = true;
    for (const socket of this.#sockets) socket.close();
  }

  #hasRoom(socket: VenueSocket, topic: string): boolean {
    const { topics = Number.POSITIVE_INFINITY, topicCharacters = Number.POSITIVE_INFINITY } = this.#limits;
    const load = this.#loadOf(socket);
    // One that does not fit anywhere is the venue's to refuse.
    if (load.topics === 0) return true;
    return load.topics < topics && load.characters + topic.length + AROUND_TOPIC <= topicCharacters;
  }

  /** Who asks after the end is told so by the connection that is over. */
  #next(): VenueSocket {
    return this.#isClosing ? this.first : this.#add();
  }

  #add(): VenueSocket {
    const socket = this.#open(this.#sockets.length + 1);
    this.#sockets.push(socket);
    return socket;
  }

  #loadOf(socket: VenueSocket): Load {
    const load = this.#loads.get(socket) ?? { topics: 0, characters: 0 };
    this.#loads.set(socket, load);
    return load;
  }
}
