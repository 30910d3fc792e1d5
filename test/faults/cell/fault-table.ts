// Every fault of the matrix, as data: what is done, for how long, what it may do to the connection, and where it makes no sense.
import type { ConnectionSettings } from '../../../src/index.js';
import type { ChaosConditions, Fault, ThreadFault } from '../../../src/testing/index.js';
import type { Deed } from '../host/messages.js';
import type { Load, Moment } from './moments.js';

export interface FaultRow {
  readonly name: string;
  /** What strikes, given the method of the request that is under way at the moment. */
  readonly deeds?: (method: string) => readonly Deed[];
  /** What strikes inside the connection's thread. */
  readonly thread?: ThreadFault | 'terminate';
  /** The exchange has a process of its own, to which the deeds are done. */
  readonly process?: 'stopped' | 'killed';
  /** Milliseconds until it is lifted. */
  readonly lastsMs: number;
  /** Goes on until the READY connection that was hit has ended. */
  readonly lastsUntilEnd?: boolean;
  /** Whether a READY connection that is hit ends. Left out: it may or may not. */
  readonly ends?: boolean;
  readonly connection?: ConnectionSettings;
  /** Moments and loads at which it makes no sense, and why. */
  readonly senseless?: Partial<Record<Moment | Load, string>>;
  readonly reorders?: boolean;
}

const inject = (fault: Fault): Deed => ({ do: 'inject', fault });
const weather = (conditions: ChaosConditions): Deed => ({ do: 'conditions', conditions });
const cut = (by: 'rst' | 'fin'): Deed => ({ do: 'cut', by });

const gone = 'the exchange has answered the close frame and holds no connection any more';
const noEvents = 'no events flow yet: the same as at subscribing';
const onlyEvents = { handshake: noEvents, login: noEvents, arming: noEvents, closing: gone };
const noRequest = 'no request is under way';
const onlyRequests = { handshake: noRequest, closing: noRequest };
const holdsBack = 'the moment is made by holding the line back, which is this fault';

/** A connection that is not answered is found out after this. */
const deadLine: ConnectionSettings = { heartbeat: { type: 'standard', intervalMs: 300, timeoutMs: 1_500 } };

export const faultTable: readonly FaultRow[] = [
  // The network.
  {
    name: 'latency 60 ms with jitter 40 ms',
    deeds: () => [weather({ both: { latencyMs: 60, jitterMs: 40 } })],
    lastsMs: 600,
    ends: false,
  },
  {
    name: 'bandwidth of 50 kB/s',
    deeds: () => [weather({ both: { bytesPerSecond: 50_000 } })],
    lastsMs: 600,
    ends: false,
  },
  {
    name: 'slices of a single byte',
    deeds: () => [weather({ both: { sliceBytes: 1 } })],
    lastsMs: 300,
    ends: false,
    senseless: { busy: 'a write for each byte would measure the proxy' },
  },
  {
    name: 'stall of 500 ms',
    deeds: () => [weather({ both: { stall: true } })],
    lastsMs: 500,
    ends: false,
    senseless: { handshake: holdsBack, closing: holdsBack },
  },
  {
    name: 'black hole up',
    deeds: () => [weather({ up: { blackHole: true } })],
    lastsMs: 400,
    ends: true,
    connection: deadLine,
  },
  {
    name: 'black hole down',
    deeds: () => [weather({ down: { blackHole: true } })],
    lastsMs: 400,
    ends: true,
    connection: deadLine,
  },
  {
    name: 'black hole both ways',
    deeds: () => [weather({ both: { blackHole: true } })],
    lastsMs: 400,
    ends: true,
    connection: deadLine,
  },
  { name: 'RST', deeds: () => [cut('rst')], lastsMs: 0, ends: true },
  { name: 'FIN', deeds: () => [cut('fin')], lastsMs: 0, ends: true },
  {
    name: 'RST and connections refused',
    deeds: () => [weather({ accept: 'refuse' }), cut('rst')],
    lastsMs: 400,
    ends: true,
  },
  {
    name: 'RST and connections ignored',
    deeds: () => [weather({ accept: 'ignore' }), cut('rst')],
    lastsMs: 400,
    ends: true,
    connection: { handshakeTimeoutMs: 1_000 },
    senseless: { closing: 'nothing connects any more' },
  },
  // The exchange.
  {
    name: 'close code 1001',
    deeds: () => [inject({ kind: 'close', code: 1001 })],
    lastsMs: 0,
    ends: true,
    senseless: { closing: gone },
  },
  {
    name: 'close code 4000',
    deeds: () => [inject({ kind: 'close', code: 4000 })],
    lastsMs: 0,
    ends: true,
    senseless: { closing: gone },
  },
  {
    name: 'client too slow, says the exchange',
    deeds: () => [inject({ kind: 'slow-consumer' })],
    lastsMs: 0,
    ends: true,
    senseless: { closing: gone },
  },
  {
    name: 'silence of an exchange that reads',
    deeds: () => [inject({ kind: 'black-hole' })],
    lastsMs: 2_500,
    lastsUntilEnd: true,
    ends: true,
    connection: deadLine,
    senseless: { closing: gone },
  },
  {
    name: 'silence of an exchange that does not read',
    deeds: () => [inject({ kind: 'half-open', reading: false })],
    lastsMs: 2_500,
    lastsUntilEnd: true,
    ends: true,
    connection: deadLine,
    senseless: { closing: gone },
  },
  {
    name: 'malformed frame',
    deeds: () => [inject({ kind: 'malformed' })],
    lastsMs: 0,
    senseless: { closing: gone },
  },
  {
    name: 'sequence gap',
    deeds: () => [inject({ kind: 'gap', topic: 'book.BTC-PERPETUAL.raw' })],
    lastsMs: 0,
    ends: false,
    senseless: onlyEvents,
  },
  {
    name: 'duplicate',
    deeds: () => [inject({ kind: 'duplicate', times: 3, topic: 'trades.BTC-PERPETUAL.raw' })],
    lastsMs: 0,
    ends: false,
    senseless: onlyEvents,
  },
  {
    name: 'reorder',
    deeds: () => [inject({ kind: 'reorder', topic: 'book.BTC-PERPETUAL.raw' })],
    lastsMs: 0,
    ends: false,
    senseless: onlyEvents,
    reorders: true,
  },
  {
    name: 'answers late and out of order',
    deeds: () => [inject({ kind: 'delay', ms: 40, jitterMs: 80 })],
    lastsMs: 600,
    ends: false,
    senseless: { closing: gone },
  },
  {
    name: 'answer lost',
    deeds: (method) => [inject({ kind: 'lose-answer', method })],
    lastsMs: 0,
    senseless: onlyRequests,
  },
  {
    name: 'drop before execution',
    deeds: (method) => [inject({ kind: 'drop-on', method, when: 'before-execution', by: 'rst' })],
    lastsMs: 0,
    ends: true,
    senseless: onlyRequests,
  },
  {
    name: 'drop after execution',
    deeds: (method) => [inject({ kind: 'drop-on', method, when: 'after-execution', by: 'fin' })],
    lastsMs: 0,
    ends: true,
    senseless: onlyRequests,
  },
  {
    name: 'upgrade refused with 429',
    deeds: () => [inject({ kind: 'refuse-upgrade', status: 429, times: 2 }), cut('rst')],
    lastsMs: 0,
    ends: true,
    senseless: { closing: 'nothing connects any more' },
  },
  {
    name: 'upgrade refused with 503',
    deeds: () => [inject({ kind: 'refuse-upgrade', status: 503, times: 2 }), cut('fin')],
    lastsMs: 0,
    ends: true,
    senseless: { closing: 'nothing connects any more' },
  },
  {
    name: 'server up for a moment, down again',
    deeds: () => [inject({ kind: 'refuse-connections', forMs: 300 }), inject({ kind: 'drop', by: 'rst' })],
    lastsMs: 0,
    ends: true,
    senseless: { closing: gone },
  },
  {
    name: 'flood',
    deeds: () => [{ do: 'flood', flood: { framesPerSecond: 8_000, framesPerTopic: 4_000 } }],
    lastsMs: 0,
    ends: false,
    senseless: { ...onlyEvents, subscribing: 'a flood reaches only topics that have a listener already' },
  },
  // The exchange's process.
  {
    name: 'SIGSTOP and SIGCONT of the server',
    process: 'stopped',
    deeds: () => [{ do: 'signal', signal: 'SIGSTOP' }],
    lastsMs: 600,
  },
  {
    name: 'SIGKILL of the server, restarted on its port',
    process: 'killed',
    deeds: () => [{ do: 'signal', signal: 'SIGKILL' }],
    lastsMs: 300,
    ends: true,
  },
  // The connection's own thread.
  { name: 'thread throws', thread: 'throw', lastsMs: 50, ends: true },
  { name: 'thread rejects', thread: 'reject', lastsMs: 50, ends: true },
  { name: 'thread exits', thread: 'exit', lastsMs: 50, ends: true },
  { name: 'thread spins', thread: 'spin', lastsMs: 50, ends: true, connection: { hangTimeoutMs: 1_500 } },
  {
    name: 'thread out of memory',
    thread: 'out-of-memory',
    lastsMs: 50,
    ends: true,
    connection: { resourceLimits: { maxOldGenerationSizeMb: 24 } },
  },
  { name: 'thread terminated', thread: 'terminate', lastsMs: 50, ends: true },
];
