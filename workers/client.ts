// The task that Piscina runs in a thread: one connection, then the end of the thread. No side effects at import, no top-level
// await: Piscina imports this file in ways that would run them twice.
import { threadId } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { type Calls, PortEndpoint } from '../src/client/endpoint.js';
import type {
  ClientOpened,
  ConnectClient,
  ThreadReady,
  ThreadRehearsed,
  ThreadTask,
  WorkerCommands,
  WorkerEvents,
} from '../src/client/protocol.js';
import { type BulkheadError, isBulkheadError, toRecord } from '../src/errors.js';
import { Ending, ending } from './ending.js';
import { loadExchange } from '../src/exchanges/index.js';
import { missingAgent, openTunnel, type Tunnel } from './proxy-agent.js';
import { rehearse } from './rehearsal.js';
import { Session } from './session.js';

/** Never settles: a task that does would leave its thread alive with the socket in it. The end is always process.exit. */
export default function serveClient(task: ThreadTask): Promise<never> {
  return new Promise<never>(() => {
    new ClientThread(task.port).ready(task.rehearse);
  });
}

class ClientThread implements WorkerCommands {
  readonly #port: MessagePort;
  readonly #events: Calls<Pick<WorkerEvents, 'clientEnding' | 'callWanted' | 'calledTooOften'>>;
  readonly #endpoint: PortEndpoint;
  readonly #ending: Ending;
  #session: Session | undefined;

  constructor(port: MessagePort) {
    this.#port = port;
    this.#endpoint = new PortEndpoint(port);
    this.#events = this.#endpoint.join<Pick<WorkerEvents, 'clientEnding' | 'callWanted' | 'calledTooOften'>>(
      this.#commands(),
      ['clientEnding', 'callWanted', 'calledTooOften'],
    );
    this.#ending = new Ending({
      drain: () => this.#session?.drain(),
      bye: (last) => void this.#events.clientEnding(last),
    });
    // The main thread let go of this thread: nobody is left to serve.
    port.on('close', () => process.exit(0));
  }

  ready(rehearsal: readonly string[] | undefined): void {
    this.#port.postMessage({ type: 'thread-ready', threadId } satisfies ThreadReady);
    if (rehearsal === undefined) return;
    const tell = (problem?: string): void => {
      const told: ThreadRehearsed = {
        type: 'thread-rehearsed',
        ...(problem === undefined ? {} : { problem }),
      };
      this.#port.postMessage(told);
    };
    rehearse(rehearsal).then(
      () => tell(),
      (error: Error) => tell(error.message),
    );
  }

  async connectClient(command: ConnectClient): Promise<ClientOpened> {
    const heartbeatName = command.heartbeat.type === 'exchange' ? command.heartbeat.exchange : undefined;
    const [exchange, heartbeatExchange, tunnel] = await Promise.all([
      this.#load(command.exchange),
      this.#load(heartbeatName),
      this.#tunnel(command.proxy),
    ]);
    return new Promise((opened) => {
      this.#session = new Session({
        command,
        threadId,
        exchange,
        heartbeatExchange,
        tunnel,
        postBatch: (batch) => this.#endpoint.tell('batchRead', batch, [batch.buffer]),
        postControl: (messages) => this.#endpoint.tell('controlRead', messages),
        callWanted: (call) => this.#events.callWanted(call),
        calledTooOften: (retryAfterMs) => void this.#events.calledTooOften(retryAfterMs),
        opened,
        ended: (ended) => this.#ending.end(ended),
      });
    });
  }

  sendFrame(
    ...[number, frame, sendBeforeNs, isSecret, begins]: Parameters<WorkerCommands['sendFrame']>
  ): ReturnType<WorkerCommands['sendFrame']> {
    const notOpen = { ok: false, code: 'not-sent', message: 'the connection is not open' } as const;
    if (begins !== undefined) this.#session?.begins(begins);
    return this.#session?.send(number, frame, sendBeforeNs, isSecret) ?? notOpen;
  }

  creditGiven(): void {
    this.#session?.creditGiven();
  }

  closeClient(code: number, reason: string): void {
    const asked = ending('closed', 'the application asked for the close');
    if (this.#session === undefined) this.#ending.endSoon(asked);
    else setImmediate(() => this.#session?.close(code, reason));
  }

  endClient(...[reason, message, detail]: Parameters<WorkerCommands['endClient']>): void {
    this.#ending.endSoon(ending(reason, message, detail));
  }

  /** Comlink calls what it finds by path, so it is given these five functions and nothing else. */
  #commands(): WorkerCommands {
    return {
      connectClient: (command) => this.connectClient(command),
      sendFrame: (...values) => this.sendFrame(...values),
      creditGiven: () => this.creditGiven(),
      closeClient: (code, reason) => this.closeClient(code, reason),
      endClient: (reason, message, detail) => this.endClient(reason, message, detail),
    };
  }

  async #load(name: string | undefined): Promise<Awaited<ReturnType<typeof loadExchange>> | undefined> {
    if (name === undefined) return undefined;
    try {
      return await loadExchange(name);
    } catch (error) {
      const { message, detail } = error as BulkheadError;
      this.#ending.end(
        ending('invalid-exchange', message, isBulkheadError(error) ? detail : {}, { error: toRecord(error) }),
      );
      return undefined;
    }
  }

  async #tunnel(proxy: string | undefined): Promise<Tunnel | undefined> {
    if (proxy === undefined) return undefined;
    try {
      return await openTunnel(proxy);
    } catch (error) {
      this.#ending.end(missingAgent(error));
      return undefined;
    }
  }
}
