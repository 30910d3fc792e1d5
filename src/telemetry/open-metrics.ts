// Writes metrics as text, in the two dialects that scrapers ask for: OpenMetrics and the older one of Prometheus. The part of both
// that is needed here, no more.
import type { Histogram } from './histogram.js';

/** What a metric is, beside its values. */
export interface MetricFamily {
  /** With the unit at its end where it has one: `bulkhead_lag_seconds`. Counters without `_total`, which is added. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly help: string;
  /** Also the end of the name. */
  readonly unit?: 'seconds' | 'bytes' | 'ratio';
}

export type Labels = Readonly<Record<string, string>>;

/** One value. `suffix` where it is not the type's own: `_bucket`, `_sum`, `_count`. */
export interface Sample {
  readonly suffix?: string;
  readonly labels: Labels;
  readonly value: number;
}

/** OpenMetrics, or the older text format of Prometheus. */
export type MetricsFormat = 'openmetrics' | 'prometheus';

export const contentTypes: Readonly<Record<MetricsFormat, string>> = {
  openmetrics: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
  prometheus: 'text/plain; version=0.0.4; charset=utf-8',
};

/** Bounds of the buckets that are told of a histogram, in seconds. */
export const bucketSeconds = [
  0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
] as const;

/** The whole text, from the families in their order. */
export function metricsText(
  families: Iterable<readonly [MetricFamily, readonly Sample[]]>,
  format: MetricsFormat,
): string {
  const lines: string[] = [];
  for (const [{ name, type, help, unit }, samples] of families) {
    // The older dialect knows a counter by its whole name.
    const whole = type === 'counter' ? `${name}_total` : name;
    const title = format === 'openmetrics' ? name : whole;
    lines.push(`# HELP ${title} ${escapeText(help)}`, `# TYPE ${title} ${type}`);
    if (format === 'openmetrics' && unit !== undefined) lines.push(`# UNIT ${title} ${unit}`);
    for (const { suffix = '', labels, value } of samples)
      lines.push(`${suffix === '' ? whole : name + suffix}${labelText(labels)} ${numberText(value)}`);
  }
  if (format === 'openmetrics') lines.push('# EOF');
  return `${lines.join('\n')}\n`;
}

/** The samples of a histogram. */
export function histogramSamples(histogram: Histogram, labels: Labels): readonly Sample[] {
  const counts = histogram.cumulative(bucketSeconds.map((seconds) => seconds * 1000));
  const buckets = bucketSeconds.map((seconds, index) => ({
    suffix: '_bucket',
    labels: { ...labels, le: String(seconds) },
    value: counts[index]!,
  }));
  return [
    ...buckets,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: histogram.count },
    { suffix: '_count', labels, value: histogram.count },
    { suffix: '_sum', labels, value: histogram.sumMs / 1000 },
  ];
}

function labelText(labels: Labels): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}="${escapeText(value)}"`);
  return parts.length === 0 ? '' : `{${parts.join(',')}}`;
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"');
}

function numberText(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '+Inf';
  return value === Number.NEGATIVE_INFINITY ? '-Inf' : String(value);
}
