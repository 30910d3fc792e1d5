// A bare WebSocket client that sends what it is told and keeps what comes: for venues without JSON-RPC.
import WebSocket from 'ws';
import { waitFor } from './wire-client.js';

type Parsed = ReturnType<typeof JSON.parse>;

export class JsonClient {
  readonly socket: WebSocket;
  readonly frames: Parsed[] = [];
  readonly texts: string[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data) => {
      const text = (data as Buffer).toString();
      this.texts.push(text);
      try {
        this.frames.push(JSON.parse(text));
      } catch {
        // A malformed frame is what some tests wait for: it is in `texts`.
      }
    });
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
    });
  }

  static async open(url: string): Promise<JsonClient> {
    const client = new JsonClient(new WebSocket(url));
    await new Promise<void>((resolve, reject) => {
      client.socket.once('open', () => resolve());
      client.socket.once('error', reject);
    });
    return client;
  }

  send(message: object): void {
    this.socket.send(JSON.stringify(message));
  }

  /** The first frame that fits, as soon as it is there. */
  async frame(fits: (frame: Parsed) => boolean): Promise<Parsed> {
    await waitFor(() => this.frames.some(fits) || this.closed !== undefined);
    const found = this.frames.find(fits);
    if (found === undefined) throw new Error(`closed (${this.closed?.code}) before the frame came`);
    return found;
  }

  /** Sends a request and waits for what fits among the frames that follow. */
  async ask(message: object, fits: (frame: Parsed) => boolean): Promise<Parsed> {
    const seen = this.frames.length;
    this.send(message);
    const isNew = (frame: Parsed) => this.frames.indexOf(frame) >= seen && fits(frame);
    return this.frame(isNew);
  }
}
