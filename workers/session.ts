// The life of one connection in its thread: wires socket, heartbeat, reader and the two lanes together.
import { MarketLane } from '../src/batch/lane.js';
import { monotonicNs } from '../src/clock.js';
import { topDepths } from '../src/book-delivery.js';
import { Counters } from '../src/client/counters.js';
import type {
  BatchRead,
  ClientEnding,
  ClientOpened,
  ConnectClient,
  ControlMessage,
  SendResult,
} from '../src/client/protocol.js';
import type { ErrorDetail } from '../src/errors.js';
import type { Exchange, HttpCall } from '../src/exchanges/exchange.js';
import { fetchJson } from '../src/fetch-json.js';
import { HttpFailure } from '../src/http-failure.js';
import { BackPressure } from './back-pressure.js';
import { BookFollower } from './book-follower.js';
import { ControlLane } from './control-lane.js';
import { ending } from './ending.js';
import { chooseReader, type FrameReader } from './frame-reader.js';
import { FrameTap } from './frame-tap.js';
import {
  type HeartbeatLine,
  noHeartbeat,
  type RunningHeartbeat,
  startExchange,
  startStandard,
} from './heartbeat.js';
import { LagPeak } from './lag-peak.js';
import { ProblemReport } from './problems.js';
import type { Tunnel } from './proxy-agent.js';
import { showProgress } from './progress.js';
import { Sender } from './sender.js';
import { Socket } from './socket.js';

/** pino's number of the level. */
const DEBUG = 20;

/** How long an HTTP call may take. */
const CALL_TIMEOUT_MS = 10_000;
/** Node reads 64 KiB at a time; frames of this many bytes, their headers and halves left out, say that the read was full. */
const FULL_READ_BYTES = 40 * 1024;
/** Entries from which on a batch's fixed price does not matter any more. */
const WORTH_A_BATCH = 2048;

export interface SessionOptions {
  readonly command: ConnectClient;
  readonly threadId: number;
  readonly exchange: Exchange | undefined;
  /** The exchange whose heartbeat is used, undefined for the other kinds of heartbeat. */
  readonly heartbeatExchange: Exchange | undefined;
  readonly tunnel: Tunnel | undefined;
  /** Hands a batch over, its buffer transferred. */
  postBatch(batch: BatchRead): void;
  postControl(messages: readonly ControlMessage[]): void;
  /** Resolves when the HTTP call may be made. */
  callWanted(call: HttpCall): Promise<void>;
  calledTooOften(retryAfterMs: number | undefined): void;
  opened(opened: ClientOpened): void;
  ended(ending: ClientEnding): void;
}

export class Session {
  readonly #options: SessionOptions;
  readonly #counters: Counters;
  readonly #lane: MarketLane;
  readonly #control: ControlLane;
  readonly #books: BookFollower | undefined;
  readonly #socket: Socket;
  readonly #sender: Sender;
  readonly #read: FrameReader;
  readonly #problems: ProblemReport;
  /** Undefined where the connection is not recorded. */
  readonly #tap: FrameTap | undefined;
  readonly #lagPeak: LagPeak;
  readonly #stopProgress: () => void;
  /** Only with policy `pause`. */
  #backPressure: BackPressure | undefined;
  #heartbeat: RunningHeartbeat = noHeartbeat;
  /** Frames wait until the answer "opened" is on its way, so that the main thread hears of the open first. */
  #mayFlush = false;
  #isReading = false;
  #readBytes = 0;
  #isTurnPlanned = false;

  constructor(options: SessionOptions) {
    this.#options = options;
    const { command, exchange, heartbeatExchange, tunnel } = options;
    this.#counters = new Counters(command.counters);
    this.#lagPeak = new LagPeak(this.#counters);
    this.#lane = this.#makeLane();
    this.#control = this.#makeControl();
    this.#problems = new ProblemReport(this.#control, this.#counters);
    this.#socket = new Socket({ command, exchange, tunnel, events: this.#socketEvents() });
    if (command.market.policy === 'pause')
      this.#backPressure = new BackPressure({
        socket: this.#socket,
        lane: this.#lane,
        bounds: command.market,
      });
    this.#tap = command.record === undefined ? undefined : new FrameTap(command.record);
    this.#sender = new Sender(this.#socket, this.#counters, command.maxPayloadBytes, this.#tap);
    const alive = (): void => this.#heartbeat.alive();
    const answer = (frame: string): void => this.#sender.answer(frame);
    const lost = (from: number, to: number): void => this.#framesLost(from, to);
    this.#books = this.#makeBooks();
    const parts = { lane: this.#lane, control: this.#control, books: this.#books, alive, answer, lost };
    this.#read = chooseReader({ command, exchange, heartbeatExchange, parts });
    this.#stopProgress = showProgress(
      this.#counters,
      command.progressIntervalMs,
      () => this.#look(),
      command.measure,
    );
  }

  /** At each turn of the progress timer. */
  #look(): void {
    this.#counters.set('bufferedBytes', this.#socket.bufferedBytes);
    this.#lagPeak.look(monotonicNs());
  }

  send(...values: Parameters<Sender['send']>): Promise<SendResult> | SendResult {
    return this.#sender.send(...values);
  }

  /** The frame that is sent next subscribes these topics. */
  begins(topics: readonly string[]): void {
    this.#books?.begins(topics);
  }

  close(code: number, reason: string): void {
    // The peer's close frame has to be read.
    this.#backPressure?.end();
    this.#backPressure = undefined;
    this.#socket.close(code, reason);
  }

  #log(level: number, message: string, fields: ErrorDetail): void {
    if (level >= this.#options.command.logLevel) this.#control.log({ kind: 'log', level, message, fields });
  }

  /** The main thread has read a batch while market data waited for that. */
  creditGiven(): void {
    if (this.#mayFlush) this.#lane.flush();
    this.#backPressure?.look();
  }

  /** Posts what still waits, without waiting for credit: the thread is about to end. */
  drain(): void {
    this.#control.flush();
    for (const batch of this.#lane.drain()) this.#options.postBatch(batch);
    this.#tap?.close();
  }

  /** Drops the socket and every timer; for rehearsals, whose thread lives on. */
  discard(): void {
    this.#heartbeat.stop();
    this.#stopProgress();
    this.#backPressure?.end();
    this.#socket.drop();
  }

  #makeLane(): MarketLane {
    const { epoch, market, conflate } = this.#options.command;
    return new MarketLane({
      epoch,
      bounds: market,
      conflate,
      counters: this.#counters,
      post: (batch) => this.#options.postBatch(batch),
      overflowed: () => this.#overflowed('market', 'the main thread does not keep up with market data'),
      dropped: (topic) => this.#books?.dropped(topic),
      caughtUp: () => this.#books?.caughtUp(),
    });
  }

  #makeBooks(): BookFollower | undefined {
    const { exchange, command } = this.#options;
    if (exchange === undefined) return undefined;
    const topDepth = topDepths(command);
    if (exchange.books === undefined && topDepth === undefined) return undefined;
    return new BookFollower({
      // Where nothing is known of the venue's numbers, its updates are taken as they come.
      feed: exchange.books ?? { rule: () => 'none' },
      ...(topDepth === undefined ? {} : { topDepth }),
      lane: this.#lane,
      epoch: command.epoch,
      fetch: (call) => this.#fetch(call),
      resync: (topic) => this.#control.add({ kind: 'resync', topic }, topic.length),
      failed: (topic, problem) => {
        const message = `the snapshot of ${topic} cannot be had: ${problem}`;
        this.#options.ended(ending('protocol-error', message, { topic }));
      },
    });
  }

  async #fetch(call: HttpCall): Promise<unknown> {
    const { command, callWanted, calledTooOften } = this.#options;
    const tap = this.#tap;
    await callWanted(call);
    try {
      return await fetchJson(call, {
        url: new URL(call.url, command.restUrl),
        timeoutMs: CALL_TIMEOUT_MS,
        heard: tap && ((answer) => tap.called(call, answer)),
      });
    } catch (error) {
      if (error instanceof HttpFailure && error.isTooFast) calledTooOften(error.retryAfterMs);
      throw error;
    }
  }

  #makeControl(): ControlLane {
    return new ControlLane({
      bounds: this.#options.command.control,
      counters: this.#counters,
      post: (messages) => this.#options.postControl(messages),
      overflowed: () =>
        this.#overflowed('control', 'the main thread does not keep up with replies and private events'),
    });
  }

  #framesLost(fromSequence: number, toSequence: number): void {
    const message = `the venue's count of frames jumped from ${fromSequence} to ${toSequence}: frames were lost`;
    this.#options.ended(ending('protocol-error', message, { fromSequence, toSequence }));
  }

  #overflowed(lane: string, message: string): void {
    this.#options.ended(ending('overflow', message, { lane }));
  }

  #socketEvents(): ConstructorParameters<typeof Socket>[0]['events'] {
    return {
      opened: (protocol, handshakeMs) => this.#opened(protocol, handshakeMs),
      frame: (data, isBinary) => this.#frame(data, isBinary),
      pong: (payload) => this.#heartbeat.pong(payload),
      ended: (ended) => this.#options.ended(ended),
    };
  }

  #opened(protocol: string, handshakeMs: number): void {
    this.#counters.set('openedAtNs', monotonicNs());
    this.#tap?.opened({ protocol, handshakeMs, threadId: this.#options.threadId });
    const hello = this.#options.exchange?.hello?.();
    if (hello !== undefined) this.#sender.answer(hello);
    this.#heartbeat = this.#startHeartbeat();
    this.#log(DEBUG, 'socket open', { protocol, handshakeMs });
    this.#options.opened({ protocol, threadId: this.#options.threadId, handshakeMs });
    setImmediate(() => {
      this.#mayFlush = true;
      this.#flush();
    });
  }

  #startHeartbeat(): RunningHeartbeat {
    const { command, heartbeatExchange } = this.#options;
    const { heartbeat } = command;
    const line: HeartbeatLine = {
      ping: (payload) => this.#socket.ping(payload),
      send: (frame) => this.#sender.answer(frame),
      beat: (ms) => this.#beat(ms),
      missed: (message, silentMs) => this.#options.ended(ending('heartbeat-missed', message, { silentMs })),
    };
    if (heartbeat.type === 'disabled') return noHeartbeat;
    if (heartbeat.type === 'standard') return startStandard(heartbeat, line);
    const venue = heartbeatExchange?.heartbeat;
    return venue === undefined ? noHeartbeat : startExchange(venue, heartbeat, line);
  }

  #beat(ms: number): void {
    this.#counters.add('heartbeats', 1);
    this.#counters.set('heartbeatMs', ms);
    if (this.#options.command.tellHeartbeats !== true) return;
    this.#control.add({ kind: 'heartbeat', ms }, 16);
    // A pong comes outside of the frames, whose end of chunk would flush it.
    if (!this.#isReading && this.#mayFlush) this.#control.flush();
  }

  #frame(data: Buffer, isBinary: boolean): void {
    if (!this.#isReading) this.#beginRead();
    this.#readBytes += data.byteLength;
    this.#counters.add('framesReceived', 1);
    this.#counters.add('bytesReceived', data.byteLength);
    this.#tap?.received(data, isBinary, this.#lane.receivedAtNs);
    this.#heartbeat.frame();
    const problem = this.#read(data, isBinary);
    if (problem !== undefined) this.#problems.tell(problem, data, this.#lane.receivedAtNs);
  }

  /** All frames of one socket read come in one synchronous loop; the next tick is its end, and ws has no event for it. */
  #beginRead(): void {
    this.#isReading = true;
    this.#readBytes = 0;
    this.#lane.receivedAtNs = monotonicNs();
    this.#counters.set('lastFrameAtNs', this.#lane.receivedAtNs);
    process.nextTick(this.#endRead);
  }

  readonly #endRead = (): void => {
    this.#isReading = false;
    this.#lagPeak.look(this.#lane.receivedAtNs);
    if (this.#mayFlush) this.#control.flush();
    // A read that came back full has more behind it, which is read before the loop turns: small batches would only cost more.
    if (this.#readBytes >= FULL_READ_BYTES && this.#lane.entries < WORTH_A_BATCH) this.#flushAfterTurn();
    else if (this.#mayFlush) this.#lane.flush();
    this.#backPressure?.look();
  };

  #flushAfterTurn(): void {
    if (this.#isTurnPlanned) return;
    this.#isTurnPlanned = true;
    setImmediate(() => {
      this.#isTurnPlanned = false;
      if (this.#mayFlush) this.#flush();
    });
  }

  #flush(): void {
    this.#control.flush();
    this.#lane.flush();
  }
}
