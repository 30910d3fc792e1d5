// Whether a series of samples is flat: the line of least squares through its second half, the first being the warm-up.

export interface Sample {
  readonly atMs: number;
  readonly values: Readonly<Record<string, number>>;
}

export interface Slope {
  readonly name: string;
  readonly perMinute: number;
  readonly mean: number;
  /** What the line rises from the first to the last sample it goes through. */
  readonly rise: number;
}

/** A rise of a tenth of the mean is noise, and so is one of less than this. */
const TOLERATED_SHARE = 0.1;
const TOLERATED: Readonly<Record<string, number>> = { 'heap MB': 3, 'RSS MB': 64 };

export function slopes(samples: readonly Sample[]): readonly Slope[] {
  const half = samples.slice(Math.floor(samples.length / 2));
  const names = Object.keys(half[0]?.values ?? {});
  return names.map((name) => slopeOf(name, half));
}

function slopeOf(name: string, samples: readonly Sample[]): Slope {
  const count = samples.length;
  const meanOf = (read: (sample: Sample) => number): number =>
    samples.reduce((total, sample) => total + read(sample), 0) / count;
  const meanAt = meanOf(({ atMs }) => atMs);
  const mean = meanOf(({ values }) => values[name]!);
  const spread = samples.reduce((total, { atMs }) => total + (atMs - meanAt) ** 2, 0);
  const common = samples.reduce(
    (total, { atMs, values }) => total + (atMs - meanAt) * (values[name]! - mean),
    0,
  );
  const perMs = spread === 0 ? 0 : common / spread;
  const rise = perMs * (samples.at(-1)!.atMs - samples[0]!.atMs);
  return { name, perMinute: perMs * 60_000, mean, rise };
}

export function isFlat({ name, mean, rise }: Slope): boolean {
  return rise <= Math.max(TOLERATED[name] ?? 1, mean * TOLERATED_SHARE);
}
