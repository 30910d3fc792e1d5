// A made-up venue for the examples and for the guide: JSON frames, a trade every 10 ms, one account, resting orders.
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

interface Call {
  readonly id: number;
  readonly op: string;
  readonly topics?: readonly string[];
  readonly key?: string;
  readonly secret?: string;
  readonly order?: ToyOrder;
  readonly label?: string;
}

export interface ToyOrder {
  readonly label: string;
  readonly symbol: string;
  readonly side: 'buy' | 'sell';
  readonly price: number;
  readonly amount: number;
}

/** What the venue knows about one connection. */
interface Guest {
  readonly topics: Set<string>;
  isLoggedIn: boolean;
  isGuarded: boolean;
}

class Refusal extends Error {}

export const toyKey = { key: 'toy', secret: 'let me in' } as const;

export class ToyVenue {
  /** The resting orders, by the label their owner gave them. */
  readonly orders = new Map<string, ToyOrder>();
  /** The next call of this name is executed, and the connection dropped instead of the answer. */
  dropOn: string | undefined;
  readonly #server: WebSocketServer;
  readonly #guests = new Map<WebSocket, Guest>();
  readonly #timer: NodeJS.Timeout;
  #sequence = 0;

  static async start(): Promise<ToyVenue> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    return new ToyVenue(server);
  }

  private constructor(server: WebSocketServer) {
    this.#server = server;
    this.#server.on('connection', (socket) => this.#welcome(socket));
    this.#timer = setInterval(() => this.#trade(), 10);
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Topics that somebody listens to now. */
  get topics(): readonly string[] {
    return [...this.#guests.values()].flatMap(({ topics }) => [...topics]);
  }

  /** Drops every connection without a close frame. */
  drop(): void {
    for (const socket of this.#guests.keys()) socket.terminate();
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    this.drop();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #welcome(socket: WebSocket): void {
    const guest: Guest = { topics: new Set(), isLoggedIn: false, isGuarded: false };
    this.#guests.set(socket, guest);
    socket.on('message', (data) => this.#serve(socket, guest, JSON.parse(String(data)) as Call));
    socket.on('close', () => {
      this.#guests.delete(socket);
      if (guest.isGuarded) this.orders.clear();
    });
  }

  /** Success: `{"id":1,"result":…}`, failure: `{"id":1,"error":{"code":"wrong-key","message":"…"}}` */
  #serve(socket: WebSocket, guest: Guest, call: Call): void {
    try {
      const result = this.#execute(guest, call);
      if (this.dropOn === call.op) {
        this.dropOn = undefined;
        return socket.terminate();
      }
      socket.send(JSON.stringify({ id: call.id, result }));
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      socket.send(
        JSON.stringify({ id: call.id, error: { code: error.message, message: 'the toy says no' } }),
      );
    }
  }

  #execute(guest: Guest, call: Call): unknown {
    const { op, topics = [], order, label = '' } = call;
    if (op === 'subscribe') {
      const known = topics.filter((topic) => /^trades\.(ABC|XYZ)$/.test(topic));
      for (const topic of known) guest.topics.add(topic);
      return known;
    }
    if (op === 'unsubscribe') return topics.filter((topic) => guest.topics.delete(topic));
    if (op === 'login') return this.#login(guest, call);
    if (!guest.isLoggedIn) throw new Refusal('not-logged-in');
    if (op === 'guard') {
      guest.isGuarded = true;
      return { armed: true };
    }
    if (op === 'open') return [...this.orders.values()];
    if (op === 'find') return [...this.orders.values()].filter((one) => one.label === label);
    if (op === 'cancel') return this.#cancel(label);
    if (op !== 'order' || order === undefined) throw new Refusal('unknown-call');
    if (!(order.price <= 1000)) throw new Refusal('price-too-high');
    this.orders.set(order.label, order);
    return order;
  }

  #login(guest: Guest, { key, secret }: Call): unknown {
    if (key !== toyKey.key || secret !== toyKey.secret) throw new Refusal('wrong-key');
    guest.isLoggedIn = true;
    return { lifetimeMs: 3_600_000 };
  }

  #cancel(label: string): unknown {
    const order = this.orders.get(label);
    if (order === undefined) throw new Refusal('unknown-order');
    this.orders.delete(label);
    return order;
  }

  /** `{"topic":"trades.ABC","data":{"id":"7","sequence":7,"side":"buy","price":100.5,"amount":2,"timeMs":1700000000000}}` */
  #trade(): void {
    this.#sequence += 1;
    const sequence = this.#sequence;
    const data = {
      id: String(sequence),
      sequence,
      side: sequence % 2 === 0 ? 'buy' : 'sell',
      price: 100 + (sequence % 10) / 2,
      amount: 2,
      timeMs: Date.now(),
    };
    for (const [socket, { topics }] of this.#guests) {
      for (const topic of topics) socket.send(JSON.stringify({ topic, data }));
    }
  }
}
