// The metrics of a fleet: one table that names every one of them, what it means, and where its values are in the snapshot.
import {
  histogramSamples,
  type Labels,
  type MetricFamily,
  type MetricsFormat,
  metricsText,
  type Sample,
} from '../telemetry/open-metrics.js';
import type { Fleet } from './fleet.js';
import type { AdapterSnapshot, FleetSnapshot } from './snapshot.js';

interface FleetMetric extends MetricFamily {
  fleet(snapshot: FleetSnapshot): number;
}

interface AdapterMetric extends MetricFamily {
  /** A number, or several with labels of their own; null where it is not known. */
  adapter(snapshot: AdapterSnapshot): number | null | readonly (readonly [Labels, number])[];
}

interface LatencyMetric extends MetricFamily {
  readonly latency: 'handling' | 'venue';
}

type Metric = FleetMetric | AdapterMetric | LatencyMetric;

const seconds = (ms: number | null | undefined): number | null =>
  ms === null || ms === undefined ? null : ms / 1000;

/** Every metric. docs/telemetry.md lists the same; a test compares. */
export const fleetMetrics: readonly Metric[] = [
  {
    name: 'bulkhead_fleet_health',
    type: 'gauge',
    help: 'Mean health of the adapters, 0 to 100.',
    fleet: ({ health }) => health,
  },
  {
    name: 'bulkhead_fleet_adapters',
    type: 'gauge',
    help: 'Adapters in the fleet.',
    fleet: ({ counts }) => counts.adapters,
  },
  {
    name: 'bulkhead_fleet_adapters_ready',
    type: 'gauge',
    help: 'Adapters that are READY.',
    fleet: ({ counts }) => counts.ready,
  },
  {
    name: 'bulkhead_fleet_adapters_gave_up',
    type: 'gauge',
    help: 'Adapters that were given up: nothing brings them back but replace().',
    fleet: ({ counts }) => counts.gaveUp,
  },
  {
    name: 'bulkhead_process_resident_memory_bytes',
    type: 'gauge',
    unit: 'bytes',
    help: 'Memory of the process, all threads included.',
    fleet: (snapshot) => snapshot.process.rssBytes,
  },
  {
    name: 'bulkhead_process_cpu_ratio',
    type: 'gauge',
    unit: 'ratio',
    help: 'Processor time of the process over the last second; 1 is one core.',
    fleet: (snapshot) => snapshot.process.cpu,
  },
  {
    name: 'bulkhead_main_loop_delay_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'How late the event loop of the main thread was over the last second, 99th percentile.',
    fleet: (snapshot) => snapshot.process.loopDelayP99Ms / 1000,
  },
  {
    name: 'bulkhead_main_loop_utilization_ratio',
    type: 'gauge',
    unit: 'ratio',
    help: 'Busy part of the main thread over the last second.',
    fleet: (snapshot) => snapshot.process.utilization,
  },
  {
    name: 'bulkhead_adapter_ready',
    type: 'gauge',
    help: '1 while the adapter is READY.',
    adapter: ({ state }) => (state === 'ready' ? 1 : 0),
  },
  {
    name: 'bulkhead_adapter_state',
    type: 'gauge',
    help: '1 for the state that the adapter is in.',
    adapter: ({ state }) => [[{ state }, 1]],
  },
  {
    name: 'bulkhead_adapter_health',
    type: 'gauge',
    help: 'Health of the adapter, 0 to 100.',
    adapter: ({ health }) => health,
  },
  {
    name: 'bulkhead_adapter_epoch',
    type: 'gauge',
    help: 'Number of the current connection; rises with each one.',
    adapter: ({ epoch }) => epoch,
  },
  {
    name: 'bulkhead_adapter_attempts',
    type: 'gauge',
    help: 'Connects in a row that did not lead to a READY that held.',
    adapter: ({ attempt }) => attempt,
  },
  {
    name: 'bulkhead_adapter_topics_wanted',
    type: 'gauge',
    help: 'Topics that are wanted.',
    adapter: ({ topics }) => topics.wanted,
  },
  {
    name: 'bulkhead_adapter_topics_confirmed',
    type: 'gauge',
    help: 'Topics that the venue has confirmed.',
    adapter: ({ topics }) => topics.confirmed,
  },
  {
    name: 'bulkhead_events',
    type: 'counter',
    help: 'Events of all kinds handed to the bot.',
    adapter: ({ events }) => events,
  },
  {
    name: 'bulkhead_gaps',
    type: 'counter',
    help: 'Places in a topic where events can be missing.',
    adapter: ({ gaps }) => gaps,
  },
  {
    name: 'bulkhead_connections_opened',
    type: 'counter',
    help: 'Connections that were started.',
    adapter: ({ opens }) => opens,
  },
  {
    name: 'bulkhead_exits',
    type: 'counter',
    help: 'Connections that ended, by reason.',
    adapter: ({ exitReasons }) =>
      Object.entries(exitReasons).map(([reason, count]) => [{ reason }, count] as const),
  },
  {
    name: 'bulkhead_restores',
    type: 'counter',
    help: 'Restores that reached READY.',
    adapter: ({ restores }) => restores,
  },
  {
    name: 'bulkhead_rotations',
    type: 'counter',
    help: 'Connections that were replaced without a pause.',
    adapter: ({ rotations }) => rotations,
  },
  {
    name: 'bulkhead_restarts',
    type: 'counter',
    help: 'Adapters that failed and were replaced by the fleet.',
    adapter: ({ restarts }) => restarts,
  },
  {
    name: 'bulkhead_last_restore_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'From the start of the thread to READY, the last time.',
    adapter: ({ lastRestore }) => seconds(lastRestore?.totalMs),
  },
  {
    name: 'bulkhead_last_down_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'From the death of a connection to READY, the last time.',
    adapter: ({ lastRestore }) => seconds(lastRestore?.downMs),
  },
  {
    name: 'bulkhead_lag_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Age of the oldest event that a thread has read and the main thread is not done with.',
    adapter: ({ lagMs }) => seconds(lagMs),
  },
  {
    name: 'bulkhead_lag_peak_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'The longest lag that a thread has seen in the last 10 to 20 s, also while the main thread was blocked.',
    adapter: ({ lagPeakMs }) => seconds(lagPeakMs),
  },
  {
    name: 'bulkhead_frames_dropped',
    type: 'gauge',
    help: 'Frames of the current connections that were dropped or replaced because the bot was too slow.',
    adapter: ({ framesDropped }) => framesDropped,
  },
  {
    name: 'bulkhead_frames_undecodable',
    type: 'gauge',
    help: 'Frames of the current connections that could not be understood.',
    adapter: ({ undecodable }) => undecodable,
  },
  {
    name: 'bulkhead_queued_bytes',
    type: 'gauge',
    unit: 'bytes',
    help: 'What waits in the threads for the main thread.',
    adapter: ({ memory }) => memory.queuedBytes,
  },
  {
    name: 'bulkhead_buffered_bytes',
    type: 'gauge',
    unit: 'bytes',
    help: 'What waits in the threads for the network.',
    adapter: ({ memory }) => memory.bufferedBytes,
  },
  {
    name: 'bulkhead_thread_heap_bytes',
    type: 'gauge',
    unit: 'bytes',
    help: 'Heap in use in the threads of the adapter.',
    adapter: ({ memory }) => memory.heapUsedBytes,
  },
  {
    name: 'bulkhead_thread_loop_delay_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'How late the event loop of the busiest thread was at its last sample.',
    adapter: ({ loopDelayMs }) => seconds(loopDelayMs),
  },
  {
    name: 'bulkhead_thread_utilization_ratio',
    type: 'gauge',
    unit: 'ratio',
    help: 'Busy part of the busiest thread.',
    adapter: ({ utilization }) => utilization,
  },
  {
    name: 'bulkhead_thread_cpu_ratio',
    type: 'gauge',
    unit: 'ratio',
    help: 'Processor time of the threads of the adapter over the last second; 1 is one core.',
    adapter: ({ cpu }) => cpu,
  },
  {
    name: 'bulkhead_heartbeat_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'The way there and back of the last heartbeat.',
    adapter: ({ heartbeatMs }) => seconds(heartbeatMs),
  },
  {
    name: 'bulkhead_handling_latency_seconds',
    type: 'histogram',
    unit: 'seconds',
    help: 'From the read of a frame in the thread to the listener of the bot; the newest event of each batch.',
    latency: 'handling',
  },
  {
    name: 'bulkhead_venue_latency_seconds',
    type: 'histogram',
    unit: 'seconds',
    help: 'From the time of the venue to the read of the frame; holds what the two clocks differ by.',
    latency: 'venue',
  },
];

/** The metrics of a fleet as text, for a scraper. */
export function openMetrics(fleet: Fleet, format: MetricsFormat = 'openmetrics'): string {
  const snapshot = fleet.snapshot();
  const latencies = fleet.latencies();
  const families = fleetMetrics.map((metric): readonly [MetricFamily, readonly Sample[]] => {
    if ('fleet' in metric)
      return [metric, [{ labels: { fleet: fleet.name }, value: metric.fleet(snapshot) }]];
    return [
      metric,
      snapshot.adapters.flatMap((adapter) => {
        const labels = { fleet: fleet.name, adapter: adapter.name, exchange: adapter.exchange };
        if ('adapter' in metric) return samplesOf(metric.adapter(adapter), labels);
        const latency = latencies.get(adapter.name);
        return latency === undefined ? [] : histogramSamples(latency[metric.latency], labels);
      }),
    ];
  });
  return metricsText(
    families.filter(([, samples]) => samples.length > 0),
    format,
  );
}

function samplesOf(value: ReturnType<AdapterMetric['adapter']>, labels: Labels): readonly Sample[] {
  if (value === null) return [];
  if (typeof value === 'number') return [{ labels, value }];
  return value.map(([own, one]) => ({ labels: { ...labels, ...own }, value: one }));
}
