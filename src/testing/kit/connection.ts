// One client's connection as the exchange sees it. All that leaves goes through here, so this is where faults bend it.
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { Deafness } from './deafness.js';
import { DelayLine } from './delay-line.js';
import type { DropManner } from './fault.js';
import type { Journal } from './journal.js';
import type { LastingFaults } from './lasting-faults.js';
import type { Random } from './random.js';
import { WireFrame } from './wire-frame.js';

export interface ConnectionParts {
  readonly id: string;
  readonly address: string;
  /** The path of the upgrade, without query: venues with several sockets tell them apart by it. */
  readonly path: string;
  /** What stood behind the path: streams, keys. */
  readonly query: URLSearchParams;
  readonly webSocket: WebSocket;
  /** What the frames are written to: the TLS socket where there is TLS. */
  readonly socket: Socket;
  /** The TCP socket underneath, which alone can be reset. */
  readonly tcpSocket: Socket;
  readonly faults: LastingFaults;
  readonly journal: Journal;
  readonly random: Random;
}

/** What the server does with the news of a connection. */
export interface ConnectionListener {
  onText(connection: Connection, text: string): void;
  onBinary(connection: Connection): void;
  onEnd(connection: Connection): void;
}

/** What a request meets before it is executed. */
export type Interception =
  | { readonly action: 'execute' }
  | { readonly action: 'swallow' }
  | {
      readonly action: 'fail';
      readonly code: number | string;
      readonly message: string;
      readonly data?: unknown;
    };

const execute: Interception = { action: 'execute' };
const swallow: Interception = { action: 'swallow' };

export class Connection {
  readonly id: string;
  readonly address: string;
  readonly path: string;
  readonly query: URLSearchParams;
  /** Who logged in, for lists; the venue sets it. */
  account: string | undefined;
  framesSent = 0;
  framesReceived = 0;
  /** Events sent since the venue last looked: tells an idle from a busy connection. Answers do not count. */
  eventsSinceLook = 0;
  readonly #parts: ConnectionParts;
  readonly #listener: ConnectionListener;
  readonly #delays: DelayLine;
  readonly #deafness: Deafness;
  #held: { topic: string; frame: WireFrame; sequence: number } | undefined;
  #isOpen = true;
  #finTimer: NodeJS.Timeout | undefined;

  constructor(parts: ConnectionParts, listener: ConnectionListener) {
    this.id = parts.id;
    this.address = parts.address;
    this.path = parts.path;
    this.query = parts.query;
    this.#parts = parts;
    this.#listener = listener;
    this.#delays = new DelayLine(parts.random);
    this.#deafness = new Deafness(parts.socket, parts.webSocket);
    parts.webSocket.on('message', (data, isBinary) => this.#onMessage(data as Buffer, isBinary));
    parts.webSocket.on('ping', (data) => this.#pong(data));
    // A peer's protocol error or reset: 'close' follows and tells the rest.
    parts.webSocket.on('error', () => {});
    parts.webSocket.on('close', (code, reason) => {
      clearTimeout(this.#finTimer);
      this.#end('peer', code, reason.toString());
    });
  }

  /** False from the moment either side ended it, even while TCP still winds down. */
  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Bytes accepted for sending that the operating system has not taken yet. */
  get bufferedBytes(): number {
    return this.#parts.socket.writableLength;
  }

  /** No fault can touch it and no extension rewrites frames: pre-built bytes may be written as they are. */
  get isPlain(): boolean {
    return this.#parts.faults.isEmpty && this.#held === undefined && this.#parts.webSocket.extensions === '';
  }

  /** Whether every event has to be written down one by one. */
  get recordsEvents(): boolean {
    return this.#parts.journal.recordsEvents;
  }

  /** To be asked before a request is executed. */
  intercept(method: string): Interception {
    const { faults } = this.#parts;
    if (faults.isEmpty) return execute;
    if (faults.find('half-open', this.id) !== undefined) return swallow;
    const drop = faults.take(
      'drop-on',
      this.id,
      (fault) => fault.method === method && fault.when === 'before-execution',
    );
    if (drop !== undefined) {
      this.drop(drop.by);
      return swallow;
    }
    const failure = faults.take('fail-request', this.id, (fault) => fault.method === method);
    return failure === undefined ? execute : { ...failure, action: 'fail' };
  }

  /** Sends the answer to a request. */
  answer(method: string, text: string): void {
    const { faults } = this.#parts;
    if (faults.isEmpty) {
      this.#write(new WireFrame(text));
      return;
    }
    if (this.#isMute(method)) return;
    const drop = faults.take(
      'drop-on',
      this.id,
      (fault) => fault.method === method && fault.when === 'after-execution',
    );
    if (drop !== undefined) {
      this.#withhold(method, 'drop-on');
      this.drop(drop.by);
    } else if (faults.take('lose-answer', this.id, (fault) => fault.method === method) !== undefined) {
      this.#withhold(method, 'lose-answer');
    } else {
      const delay = faults.find('delay', this.id);
      if (delay === undefined) this.#write(new WireFrame(text));
      else this.#delays.hold(() => this.#write(new WireFrame(text)), delay, delay.ordered ?? false);
    }
  }

  /** Sends a frame of a subscription. `sequence` is the venue's own number for it, for the journal. */
  event(topic: string, frame: WireFrame, sequence: number): void {
    const { faults } = this.#parts;
    if (faults.isEmpty && this.#held === undefined) {
      this.#writeEvent(topic, frame, sequence);
      return;
    }
    if (this.#isMute(topic, sequence)) return;
    if (faults.find('silent-topic', this.id, (fault) => fault.topic === topic) !== undefined) {
      this.#withhold(topic, 'silent-topic', sequence);
      return;
    }
    this.#bentEvent(topic, frame, sequence);
  }

  /** Sends anything that belongs to no request and no topic. */
  notify(text: string): void {
    if (!this.#parts.faults.isEmpty && this.#isMute('notice')) return;
    this.#write(new WireFrame(text));
  }

  /** Sends a binary frame that belongs to no request and no topic. */
  notifyBinary(bytes: Uint8Array): void {
    if (!this.#isOpen) return;
    this.framesSent += 1;
    this.#parts.webSocket.send(bytes, { binary: true });
  }

  /** Writes frames that are already encoded, `count` of them; only for a connection that `isPlain`. */
  writeEncoded(bytes: Buffer, count: number): void {
    if (!this.#isOpen) return;
    this.framesSent += count;
    this.eventsSinceLook += count;
    this.#parts.socket.write(bytes);
  }

  /** Stops hearing the peer: its bytes are read and thrown away, or left unread so that its buffers fill. */
  deafen(isReading: boolean): void {
    this.#deafness.begin(isReading);
  }

  /** Hears the peer again. */
  undeafen(): void {
    this.#deafness.end();
  }

  /** Ends the connection with a close frame; TCP follows when the peer has answered, or soon after. */
  close(code: number, reason: string): void {
    if (!this.#isOpen) return;
    // Nothing gets through: the venue gives the connection up, and the peer has to find that out by itself.
    if (this.#parts.faults.find('half-open', this.id) !== undefined)
      return this.#end('exchange', code, reason);
    // A deaf socket would never see the peer's close frame.
    this.undeafen();
    this.#parts.webSocket.close(code, reason);
    this.#end('exchange', code, reason);
  }

  /** Ends the TCP connection without a close frame. */
  drop(by: DropManner): void {
    if (by === 'rst') {
      this.#reset();
    } else if (this.#isOpen) {
      // destroy() would turn into a reset wherever unread bytes are left; end() is a true FIN.
      this.#parts.socket.end();
      this.#finTimer = setTimeout(() => this.#parts.socket.destroy(), 1000).unref();
    }
    this.#end('exchange', 1006, by);
  }

  #reset(): void {
    const { tcpSocket } = this.#parts;
    // While a FIN is on its way libuv refuses to reset (uv_tcp_close_reset gives EINVAL), and Node then never closes the socket.
    if (tcpSocket.writableEnded && !tcpSocket.writableFinished) tcpSocket.destroy();
    else tcpSocket.resetAndDestroy();
  }

  /** Leaves nothing behind, whatever state it is in. */
  terminate(): void {
    clearTimeout(this.#finTimer);
    this.#parts.webSocket.terminate();
    this.#end('exchange', 1006, 'terminated');
  }

  #onMessage(data: Buffer, isBinary: boolean): void {
    if (!this.#isOpen) return;
    this.framesReceived += 1;
    if (isBinary) this.#listener.onBinary(this);
    else this.#listener.onText(this, data.toString());
  }

  #pong(data: Buffer): void {
    const { faults, webSocket } = this.#parts;
    if (this.#isOpen && faults.find('black-hole', this.id) === undefined) webSocket.pong(data);
  }

  #isMute(what: string, sequence?: number): boolean {
    const { faults } = this.#parts;
    const fault = faults.find('half-open', this.id) ?? faults.find('black-hole', this.id);
    if (fault !== undefined) this.#withhold(what, fault.kind, sequence);
    return fault !== undefined;
  }

  #bentEvent(topic: string, frame: WireFrame, sequence: number): void {
    const { faults } = this.#parts;
    const isMine = (fault: { readonly topic?: string }) => fault.topic === undefined || fault.topic === topic;
    if (faults.take('gap', this.id, isMine) !== undefined) {
      this.#withhold(topic, 'gap', sequence);
      return;
    }
    const held = this.#held;
    if (held === undefined && faults.take('reorder', this.id, isMine) !== undefined) {
      this.#held = { topic, frame, sequence };
      return;
    }
    this.#delayedEvent(topic, frame, sequence);
    if (faults.take('duplicate', this.id, isMine) !== undefined) this.#delayedEvent(topic, frame, sequence);
    if (held !== undefined && held.topic === topic) {
      this.#held = undefined;
      this.#delayedEvent(held.topic, held.frame, held.sequence);
    }
  }

  #delayedEvent(topic: string, frame: WireFrame, sequence: number): void {
    const delay = this.#parts.faults.find('delay', this.id, (fault) => fault.what === 'all');
    if (delay === undefined) this.#writeEvent(topic, frame, sequence);
    else this.#delays.hold(() => this.#writeEvent(topic, frame, sequence), delay, true);
  }

  #writeEvent(topic: string, frame: WireFrame, sequence: number): void {
    if (!this.#isOpen) return;
    this.eventsSinceLook += 1;
    this.#write(frame);
    const { journal } = this.#parts;
    if (journal.recordsEvents) journal.record({ kind: 'event-sent', connection: this.id, topic, sequence });
  }

  #write(frame: WireFrame): void {
    if (!this.#isOpen) return;
    this.framesSent += 1;
    // With an extension negotiated ws may still be compressing earlier frames, and must keep the order.
    if (this.#parts.webSocket.extensions === '') this.#parts.socket.write(frame.bytes);
    else this.#parts.webSocket.send(frame.text);
  }

  #withhold(what: string, why: string, sequence?: number): void {
    const event = { kind: 'withheld', connection: this.id, what, why } as const;
    this.#parts.journal.record(sequence === undefined ? event : { ...event, sequence });
  }

  #end(by: 'peer' | 'exchange', code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#delays.clear();
    this.#held = undefined;
    this.#parts.journal.record({ kind: 'connection-closed', connection: this.id, by, code, reason });
    this.#listener.onEnd(this);
  }
}
