// A Comlink endpoint over a MessagePort that can die: it remembers what was asked and answers it itself when the peer is gone.
// Comlink alone leaves such calls pending for ever (comlink#601).
import { receiveMessageOnPort, type MessagePort, type Transferable } from 'node:worker_threads';
import { expose, transfer, wrap } from 'comlink';
import { type ErrorRecord, toRecord } from '../errors.js';

interface Wire {
  readonly id?: string;
  readonly type?: string;
}
/** A Comlink call without an id: nobody waits for its answer. */
interface Told extends Wire {
  readonly path: readonly [string];
  readonly argumentList: readonly [] | readonly [{ readonly value: unknown }];
}
type Local = Readonly<Record<string, (value: unknown) => void>>;
type Listener = (event: { readonly data: unknown }) => void;

/** A typed face of the peer: every method answers by a promise. Comlink's own proxies never leave this file. */
export type Calls<Peer> = {
  readonly [Name in keyof Peer]: Peer[Name] extends (...values: infer Values) => infer Result
    ? (...values: Values) => Promise<Awaited<Result>>
    : never;
};

export class PortEndpoint {
  readonly #port: MessagePort;
  readonly #asked = new Set<string>();
  #local: Local | undefined;
  #onRequest: Listener | undefined;
  #onReply: Listener | undefined;
  #death: ErrorRecord | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Calls of this side that the peer has not answered. */
  get pending(): number {
    return this.#asked.size;
  }

  /** Exposes `local` to the peer and returns the peer's methods. From here on messages are read. */
  join<Peer>(local: object, methods: readonly (keyof Peer & string)[]): Calls<Peer> {
    this.#local = local as Local;
    const postMessage = (message: Wire, transfers?: Transferable[]): void => this.#post(message, transfers);
    expose(local, comlinkEndpoint({ postMessage, listen: (listener) => (this.#onRequest = listener) }));
    this.#port.on('message', (message: Wire) => this.#dispatch(message));
    const replies = comlinkEndpoint({ postMessage, listen: (listener) => (this.#onReply = listener) });
    return facesOf<Peer>(replies, methods);
  }

  /**
   * Calls a method of the peer whose answer nobody needs: a Comlink call without an id. It saves both sides the answer's message and what
   * Comlink does to make one, and this side an id of fifty random characters. A failure of the method is the peer's own to report.
   */
  tell(method: string, value?: unknown, transfers?: Transferable[]): void {
    if (this.#death !== undefined) return;
    const argumentList = value === undefined ? [] : [{ type: 'RAW', value }];
    this.#port.postMessage({ type: 'APPLY', path: [method], argumentList }, transfers);
  }

  /** Reads what is in the port already. After a thread's 'exit' this is what the event loop would deliver too late. */
  drain(): void {
    for (let entry = receiveMessageOnPort(this.#port); entry; entry = receiveMessageOnPort(this.#port)) {
      this.#dispatch(entry.message as Wire);
    }
  }

  /** Rejects every pending and every later call with this error and closes the port. */
  die(error: Error): void {
    if (this.#death !== undefined) return;
    this.#death = toRecord(error);
    for (const id of this.#asked) this.#dispatch(refusalOf(id, this.#death));
    this.#port.close();
    // Comlink's FinalizationRegistry holds this endpoint for as long as its proxies live; through what is exposed it would hold the
    // owner of the proxies, and so them, for ever.
    this.#onRequest = undefined;
    this.#local = undefined;
  }

  #dispatch(message: Wire): void {
    if (message.type !== 'RAW' && message.type !== 'HANDLER') {
      if (message.id !== undefined) this.#onRequest?.({ data: message });
      else if (message.type === 'APPLY') this.#hear(message as Told);
      return;
    }
    if (message.id === undefined || !this.#asked.delete(message.id)) return;
    this.#onReply?.({ data: message });
  }

  #hear({ path: [method], argumentList: [argument] }: Told): void {
    const local = this.#local;
    if (local !== undefined && Object.hasOwn(local, method)) local[method]?.(argument?.value);
  }

  #post(message: Wire, transfers: Transferable[] = []): void {
    const { id, type } = message;
    const isRequest = id !== undefined && type !== 'RAW' && type !== 'HANDLER';
    const death = this.#death;
    if (death !== undefined) {
      if (!isRequest) return;
      this.#asked.add(id);
      queueMicrotask(() => this.#dispatch(refusalOf(id, death)));
      return;
    }
    this.#port.postMessage(message, transfers);
    if (isRequest) this.#asked.add(id);
  }
}

/** Marks the buffers and ports that a call hands over; only a call's own argument can carry the mark, not a field inside of one. */
export function handOver<Value extends object>(value: Value, owned: Transferable[]): Value {
  // Comlink's types know the browser's ports only.
  return transfer(value, owned as ArrayBuffer[]);
}

/** What Comlink reads as "the call threw". */
function refusalOf(id: string, error: ErrorRecord): Wire {
  const { name, message, stack, code } = error;
  return {
    id,
    type: 'HANDLER',
    name: 'throw',
    value: { isError: true, value: { name, message, stack, code } },
  } as Wire;
}

type ComlinkEndpoint = Parameters<typeof wrap>[0];

function comlinkEndpoint(parts: {
  readonly postMessage: (message: Wire, transfers?: Transferable[]) => void;
  readonly listen: (listener: Listener) => void;
}): ComlinkEndpoint {
  return {
    postMessage: parts.postMessage,
    addEventListener: (_type: string, listener: Listener) => parts.listen(listener),
    removeEventListener: () => undefined,
  } as unknown as ComlinkEndpoint;
}

const ROOT = Symbol('root');

/**
 * Each method's proxy is made once and held: a path costs a Proxy and a FinalizationRegistry entry per use, and a collected root closes
 * the port (comlink#692). Made apart from the endpoint's own functions: Comlink's registry holds those until the proxies are gone, and
 * a function holds everything that any function of the same scope sees.
 */
function facesOf<Peer>(endpoint: ComlinkEndpoint, methods: readonly (keyof Peer & string)[]): Calls<Peer> {
  const remote = wrap<Record<string, never>>(endpoint);
  const faces = Object.fromEntries(methods.map((name) => [name, cached(remote[name])]));
  Object.defineProperty(faces, ROOT, { value: remote });
  return faces as Calls<Peer>;
}

function cached(method: unknown): (...values: unknown[]) => Promise<unknown> {
  const proxy = method as (...values: unknown[]) => Promise<unknown>;
  return (...values) => proxy(...values);
}
