// A bare WebSocket client that speaks no protocol at all: tests of simulated exchanges look at the wire with it.
import WebSocket from 'ws';
import { waitFor } from '../support/wait-for.js';

type Frame = ReturnType<typeof JSON.parse>;

export class PlainClient {
  readonly socket: WebSocket;
  readonly texts: string[] = [];
  /** What was JSON among them. A malformed frame is what some tests wait for: it is in `texts` only. */
  readonly frames: Frame[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => this.#read((data as Buffer).toString()));
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  static async open(url: string): Promise<PlainClient> {
    const client = new PlainClient(new WebSocket(url));
    await new Promise<void>((resolve, reject) => {
      client.socket.once('open', () => resolve());
      client.socket.once('error', reject);
    });
    return client;
  }

  send(message: object | string): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The first frame that fits, past or to come. */
  frame(fits: (frame: Frame) => boolean, what = 'a frame'): Promise<Frame> {
    return this.#find(0, fits, what);
  }

  /** Sends and waits for a frame that fits and came after. */
  ask(message: object, fits: (frame: Frame) => boolean): Promise<Frame> {
    const seen = this.frames.length;
    this.send(message);
    return this.#find(seen, fits, `an answer to ${JSON.stringify(message)}`);
  }

  async close(): Promise<void> {
    this.socket.terminate();
    await waitFor(() => this.closed, 'the close');
  }

  async #find(from: number, fits: (frame: Frame) => boolean, what: string): Promise<Frame> {
    const found = () => this.frames.slice(from).find(fits);
    await waitFor(() => found() !== undefined || this.closed !== undefined, what);
    const frame = found();
    if (frame === undefined) throw new Error(`closed (${this.closed?.code}) before ${what} came`);
    return frame;
  }

  #read(text: string): void {
    this.texts.push(text);
    try {
      this.frames.push(JSON.parse(text));
    } catch {
      // Not JSON: `pong`, or half a frame.
    }
  }
}
