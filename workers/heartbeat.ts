// Keeps the connection alive and notices that it is dead, in the thread, whatever the main thread does.
// Waiting is counted over ticks that were on time: pongs may lie unread behind a stall of this thread's own event loop.
import { performance } from 'node:perf_hooks';
import type { HeartbeatSettings } from '../src/client/protocol.js';
import { Patience } from '../src/client/patience.js';
import type { Heartbeat } from '../src/exchanges/exchange.js';

export interface HeartbeatLine {
  ping(payload: Buffer): void;
  send(frame: string): void;
  /** The peer showed that it lives. `ms`: since the ping that it answers, 0 where there was none. */
  beat(ms: number): void;
  /** The peer stayed silent for too long. */
  missed(message: string, silentMs: number): void;
}

/** A running heartbeat. Signs of life that it does not care about do nothing. */
export interface RunningHeartbeat {
  readonly pong: (payload: Buffer) => void;
  readonly alive: () => void;
  readonly frame: () => void;
  readonly stop: () => void;
}

/** A silence is noticed an eighth of its limit late at most. Finer ticks would wake hundreds of idle threads for nothing. */
const TICKS_PER_DEADLINE = 8;
const LONGEST_TICK_MS = 5000;

export const noHeartbeat: RunningHeartbeat = { pong() {}, alive() {}, frame() {}, stop() {} };

/** WebSocket pings with a payload of their own; only the pong that carries the last payload counts. */
export function startStandard(
  settings: Extract<HeartbeatSettings, { type: 'standard' }>,
  line: HeartbeatLine,
): RunningHeartbeat {
  const { intervalMs, timeoutMs } = settings;
  let sequence = 0;
  let awaited: Buffer | undefined;
  let pingedAtMs = 0;
  let stopWaiting: (() => void) | undefined;
  const beat = (): void => {
    if (awaited !== undefined) return;
    sequence += 1;
    awaited = Buffer.from(`${sequence}-${Math.random().toString(36).slice(2)}`);
    pingedAtMs = performance.now();
    line.ping(awaited);
    stopWaiting = expectWithin(timeoutMs, () => {
      line.missed(`no pong came within ${timeoutMs} ms after a ping`, timeoutMs);
    }).stop;
  };
  const timer = setInterval(beat, intervalMs);
  return {
    ...noHeartbeat,
    pong(payload) {
      if (awaited === undefined || !awaited.equals(payload)) return;
      awaited = undefined;
      stopWaiting?.();
      line.beat(performance.now() - pingedAtMs);
    },
    stop() {
      clearInterval(timer);
      stopWaiting?.();
    },
  };
}

/** The venue's own heartbeat, as its exchange describes it. */
export function startExchange(
  heartbeat: Heartbeat,
  settings: Extract<HeartbeatSettings, { type: 'exchange' }>,
  line: HeartbeatLine,
): RunningHeartbeat {
  const intervalMs = settings.intervalMs ?? heartbeat.intervalMs;
  const silenceMs = settings.silenceMs ?? heartbeat.silenceMs;
  if (heartbeat.start !== undefined) line.send(heartbeat.start(intervalMs));
  const ping = heartbeat.ping?.bind(heartbeat);
  let pingedAtMs = 0;
  const beat = (send: () => string): void => {
    pingedAtMs = performance.now();
    line.send(send());
  };
  const timer = ping === undefined ? undefined : setInterval(() => beat(ping), intervalMs);
  const silence = expectWithin(silenceMs, () => {
    line.missed(`the venue showed no sign of life for ${silenceMs} ms`, silenceMs);
  });
  return {
    ...noHeartbeat,
    alive() {
      silence.renew();
      line.beat(pingedAtMs === 0 ? 0 : performance.now() - pingedAtMs);
      pingedAtMs = 0;
    },
    frame: heartbeat.anyFrameCounts === true ? silence.renew : noHeartbeat.frame,
    stop() {
      clearInterval(timer);
      silence.stop();
    },
  };
}

interface Expectation {
  readonly renew: () => void;
  readonly stop: () => void;
}

/** Calls `missed` unless it is renewed within the time or stopped. */
function expectWithin(limitMs: number, missed: () => void): Expectation {
  const tickMs = Math.max(1, Math.min(LONGEST_TICK_MS, limitMs / TICKS_PER_DEADLINE));
  const patience = new Patience(limitMs, tickMs, performance.now());
  let stopped = false;
  const timer = setInterval(() => {
    if (!patience.tick(performance.now())) return;
    // The poll phase lies between timers and immediates: what the kernel holds already is read before the verdict.
    setImmediate(() => {
      if (stopped || patience.waitedMs < limitMs) return;
      stop();
      missed();
    });
  }, tickMs);
  const stop = (): void => {
    stopped = true;
    clearInterval(timer);
  };
  return { renew: () => patience.renew(), stop };
}
