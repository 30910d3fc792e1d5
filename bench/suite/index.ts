// All benchmarks, in the order in which they run.
import type { Benchmark } from '../kit/benchmark.js';
import { decodeBenchmarks } from './decode.js';
import { fleetStart } from './fleet-start.js';
import { isolationNeighbour } from './isolation-neighbour.js';
import { latencyHop } from './latency-hop.js';
import { mainThreadEvents } from './main-thread-events.js';
import { orderRoundTrip } from './order-round-trip.js';
import { recoveryReady } from './recovery-ready.js';
import { recordFrames } from './record-frames.js';
import { scaleAdapters } from './scale-adapters.js';
import { stallMain } from './stall-main.js';
import { throughputConnections } from './throughput-connections.js';
import { throughputMessages } from './throughput-messages.js';

export const suite: readonly Benchmark[] = [
  throughputMessages,
  mainThreadEvents,
  throughputConnections,
  latencyHop,
  orderRoundTrip,
  recoveryReady,
  scaleAdapters,
  fleetStart,
  stallMain,
  isolationNeighbour,
  recordFrames,
  ...decodeBenchmarks,
];
