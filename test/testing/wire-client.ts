// A bare WebSocket client that speaks JSON-RPC and nothing else: tests look at the wire with it, not through the library.
import WebSocket from 'ws';

/** Parsed and unchecked, as JSON.parse gives it: each test says itself what it expects. */
type Parsed = ReturnType<typeof JSON.parse>;
type Frame = Record<string, Parsed>;

export class WireClient {
  readonly socket: WebSocket;
  readonly frames: Frame[] = [];
  readonly texts: string[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;
  #lastId = 0;

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

  static async open(url: string, options: WebSocket.ClientOptions = {}): Promise<WireClient> {
    const client = new WireClient(new WebSocket(url, options));
    await new Promise<void>((resolve, reject) => {
      client.socket.once('open', () => resolve());
      client.socket.once('error', reject);
    });
    return client;
  }

  /** Sends a request and returns its id at once. */
  send(method: string, params: object = {}): number {
    this.#lastId += 1;
    this.socket.send(JSON.stringify({ jsonrpc: '2.0', id: this.#lastId, method, params }));
    return this.#lastId;
  }

  answerTo(id: number): Frame | undefined {
    return this.frames.find((frame) => frame['id'] === id);
  }

  /** Sends a request and waits for the whole answer. */
  async ask(method: string, params: object = {}): Promise<Frame> {
    const id = this.send(method, params);
    await waitFor(() => this.answerTo(id) !== undefined || this.closed !== undefined);
    const answer = this.answerTo(id);
    if (answer === undefined) throw new Error(`${method}: closed without an answer`);
    return answer;
  }

  /** The data of a channel's notifications, oldest first. */
  data(channel: string): Parsed[] {
    return this.frames
      .filter((frame) => frame['method'] === 'subscription' && frame['params'].channel === channel)
      .map((frame) => frame['params'].data);
  }

  async login(clientId = 'test-client', clientSecret = 'test-secret', scope?: string): Promise<Frame> {
    const credentials = {
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
    };
    return this.ask('public/auth', scope === undefined ? credentials : { ...credentials, scope });
  }

  async close(): Promise<void> {
    this.socket.terminate();
    await waitFor(() => this.closed !== undefined);
  }
}

/** Polls until the condition holds; the test runner's own timeout is the limit. */
export async function waitFor(condition: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error('waited 10 s in vain');
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
