// A bare WebSocket client that speaks no protocol at all: tests of simulated exchanges look at the wire with it.
import WebSocket from 'ws';
import { waitFor } from '../support/wait-for.js';

type Frame = Record<string, ReturnType<typeof JSON.parse>>;

export class PlainClient {
  readonly texts: string[] = [];
  readonly frames: Frame[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const text = (data as Buffer).toString();
      this.texts.push(text);
      if (text.startsWith('{')) this.frames.push(JSON.parse(text));
    });
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  static async open(url: string): Promise<PlainClient> {
    const client = new PlainClient(new WebSocket(url));
    await new Promise<void>((resolve, reject) => {
      client.#socket.once('open', () => resolve());
      client.#socket.once('error', reject);
    });
    return client;
  }

  send(message: object | string): void {
    this.#socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** The first frame that fits, past or to come. */
  frame(fits: (frame: Frame) => boolean, what = 'a frame'): Promise<Frame> {
    return waitFor(() => this.frames.find(fits), what);
  }

  /** Sends and waits for a frame that fits and came after. */
  async ask(message: object, fits: (frame: Frame) => boolean): Promise<Frame> {
    const before = this.frames.length;
    this.send(message);
    return waitFor(() => this.frames.slice(before).find(fits), `an answer to ${JSON.stringify(message)}`);
  }

  async close(): Promise<void> {
    this.#socket.terminate();
    await waitFor(() => this.closed, 'the close');
  }
}
