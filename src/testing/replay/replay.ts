// A recording served as an exchange: any client that connects gets what the recorded one got. Frames keep their order and their bytes;
// answers carry the id of the request they now answer.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BulkheadError } from '../../errors.js';
import { openRecording, type Recording } from '../../recording/recording.js';
import { Clock } from '../kit/clock.js';
import type { Connection } from '../kit/connection.js';
import { ExchangeServer, type Venue } from '../kit/exchange-server.js';
import { Journal } from '../kit/journal.js';
import { Random } from '../kit/random.js';
import type { HttpAnswers } from './http-answers.js';
import { type LifeScript, scriptsOf } from './script.js';
import { Stage } from './stage.js';

/** How a recording is played. */
export interface ReplayOptions {
  /** 1: as it was. 10: ten times as fast. `max`: as fast as the client reads. Default 1. */
  readonly speed?: number | 'max';
  /** Default 0: a free port. */
  readonly port?: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Only the connections of the adapter with this name. */
  readonly name?: string;
  /** What becomes of the last connection when all is played: `hold` keeps it open and silent, `close` closes it. Default `hold`. */
  readonly atEnd?: 'hold' | 'close';
  /** Milliseconds that a client is waited for wherever the recorded one had asked for topics. Default 5,000. */
  readonly patienceMs?: number;
}

/** A recording that is served. */
export interface Replay extends AsyncDisposable {
  /** Address of the first recorded connection; others have the same host and port and their own paths. */
  readonly url: string;
  readonly port: number;
  /** Name or module URL of the recorded exchange; undefined for a plain client. */
  readonly exchange: string | undefined;
  /** Recorded connections; the n-th that comes to a path gets the n-th that was recorded there. */
  readonly connections: number;
  /** Frames that the recording has for clients, answers included. */
  readonly frames: number;
  /** Frames played so far, without answers. */
  readonly framesPlayed: number;
  /** Resolves when every recorded connection has been played to its end, or at `close`. */
  readonly finished: Promise<void>;
  /** Ends all connections and stops listening; twice does no harm. */
  close(): Promise<void>;
}

/**
 * Serves a recording on a WebSocket of its own. HTTP calls get the answers that the recorded client got, and 404 where it made no such call.
 * @throws BulkheadError `recording-failed` where it cannot be read or holds no open connection.
 */
export async function replay(source: string | Recording, options: ReplayOptions = {}): Promise<Replay> {
  const { speed = 1 } = options;
  if (speed !== 'max' && !(speed > 0)) throw new TypeError(`options.speed must be a number above 0 or 'max'`);
  const recording = typeof source === 'string' ? await openRecording(source) : source;
  const { scripts, calls } = await scriptsOf(recording, options.name);
  if (scripts.length === 0) {
    throw new BulkheadError('recording-failed', 'the recording holds no open connection to play');
  }
  const played = new ReplayedExchange(recording, scripts, calls, options);
  await played.listen();
  return played;
}

class ReplayedExchange implements Replay, Venue {
  readonly paths: readonly string[];
  readonly finished: Promise<void>;
  readonly #recording: Recording;
  readonly #scripts: readonly LifeScript[];
  readonly #calls: HttpAnswers;
  readonly #options: ReplayOptions;
  readonly #server: ExchangeServer;
  readonly #stages = new Map<Connection, Stage>();
  readonly #taken = new Set<LifeScript>();
  #framesDone = 0;
  #ended = 0;
  #finish!: () => void;

  constructor(
    recording: Recording,
    scripts: readonly LifeScript[],
    calls: HttpAnswers,
    options: ReplayOptions,
  ) {
    this.#recording = recording;
    this.#scripts = scripts;
    this.#calls = calls;
    this.#options = options;
    this.paths = [...new Set(['/', ...scripts.map(({ path }) => path)])];
    this.finished = new Promise((resolve) => {
      this.#finish = resolve;
    });
    const { port, host } = options;
    const journal = new Journal(Date.now, { maxEntries: 1000, recordsEvents: false });
    this.#server = new ExchangeServer({ port, host }, this, {
      clock: new Clock({}),
      random: new Random(1),
      journal,
    });
  }

  get url(): string {
    return `ws://${this.#server.authority}${this.#scripts[0]!.path}`;
  }

  get port(): number {
    return this.#server.port;
  }

  get exchange(): string | undefined {
    return this.#scripts[0]!.exchange;
  }

  get connections(): number {
    return this.#scripts.length;
  }

  get frames(): number {
    return this.#scripts.reduce((sum, { frames, requests }) => sum + frames - requests.length, 0);
  }

  get framesPlayed(): number {
    return [...this.#stages.values()].reduce((sum, { framesPlayed }) => sum + framesPlayed, this.#framesDone);
  }

  listen(): Promise<void> {
    return this.#server.listen();
  }

  async close(): Promise<void> {
    await this.#server.close();
    this.#finish();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  onOpen(connection: Connection): void {
    const script = this.#scripts.find((one) => !this.#taken.has(one) && isAt(one, connection.path));
    if (script === undefined) return connection.close(1000, 'the recording has no more connections');
    this.#taken.add(script);
    const { speed = 1, patienceMs = 5000 } = this.#options;
    const pace = speed === 'max' ? Number.POSITIVE_INFINITY : speed;
    const stage = new Stage({ recording: this.#recording, script, speed: pace, patienceMs, connection });
    this.#stages.set(connection, stage);
    stage.play().then(
      () => this.#played(connection, script),
      () => connection.close(1011, 'the recording cannot be read any further'),
    );
  }

  onText(connection: Connection, text: string): void {
    this.#stages.get(connection)?.hear(text);
  }

  onBinary(): void {}

  onEnd(connection: Connection): void {
    const stage = this.#stages.get(connection);
    this.#stages.delete(connection);
    this.#framesDone += stage?.framesPlayed ?? 0;
    stage?.leave();
  }

  onRequest(request: IncomingMessage, response: ServerResponse): void {
    // What was asked is answered by what stands in the recording, whatever the question's own body says.
    request.resume();
    this.#calls.serve(request, response);
  }

  #played(connection: Connection, script: LifeScript): void {
    this.#ended += 1;
    const isLast = !this.#scripts.some((one) => !this.#taken.has(one) && one.path === script.path);
    if (!isLast) connection.drop('fin');
    else if (this.#options.atEnd === 'close') connection.close(1000, 'the recording ends here');
    if (this.#ended === this.#scripts.length) this.#finish();
  }

  // Faults of a simulated exchange, which a recording has none of.
  expireTokens(): void {}
  announceStop(): void {}
  closeSlowConsumer(): void {}
  revokeTopic(): void {}
  sendMalformed(): void {}
}

/** A path that was too long to be stored as it was fits any. */
function isAt({ path }: LifeScript, asked: string): boolean {
  return path === asked || asked === '/' || path.includes('***');
}
