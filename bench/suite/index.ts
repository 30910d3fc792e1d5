// All benchmarks, in the order in which they run.
import type { Benchmark } from '../kit/benchmark.js';
import { throughputMessages } from './throughput-messages.js';

export const suite: readonly Benchmark[] = [throughputMessages];
