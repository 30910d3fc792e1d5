// What a benchmark is: a name, the figures it gives, and one measuring function per subject. The first subject is this library.

/** What a measuring function is told. */
export interface Settings {
  /** A short run that shows that everything works; its figures are rough. */
  readonly quick: boolean;
}

/** What one run of one subject gave: figures by id. NaN where the subject has no such figure. */
export type Measured = Readonly<Record<string, number>>;

export interface Figure {
  /** The headline figure of a benchmark has the id '' and bears the benchmark's name alone. */
  readonly id: string;
  readonly unit: string;
  readonly title: string;
  readonly better: 'more' | 'less';
  /** What is wanted, by baseline: `{ ws: { atLeast: 1.2 } }` of the ratio, or of the value itself under `value`. */
  readonly targets?: Readonly<Record<string, Target>>;
}

export interface Target {
  readonly atLeast?: number;
  readonly atMost?: number;
  /** Added to the baseline's own value instead of being multiplied with it. */
  readonly plus?: number;
}

export interface Benchmark {
  readonly name: string;
  /** One sentence for `--help` and the report. */
  readonly about: string;
  /** How it is measured, for the report. Plain markdown. */
  readonly method: string;
  readonly figures: readonly Figure[];
  /** Runs in a process of its own per round. */
  readonly subjects: Readonly<Record<string, (settings: Settings) => Promise<Measured>>>;
  /**
   * Measures all subjects of a round in one process, in turns of milliseconds: for what leaves nothing behind and is compared so closely
   * that the machine's own ups and downs from one process to the next would say more than the subjects. Left out: one after the other.
   */
  readonly together?: (settings: Settings) => Promise<Readonly<Record<string, Measured>>>;
  /** Fewer rounds for what takes long. Default 5. */
  readonly rounds?: number;
}

/** The subject that is this library; all others are baselines. */
export const OURS = 'bulkhead';

/** One line of the results file. */
export interface Result {
  readonly name: string;
  readonly unit: string;
  readonly value: number | null;
  readonly baselines: Readonly<Record<string, number | null>>;
  /** Value divided by baseline. */
  readonly ratios: Readonly<Record<string, number | null>>;
  readonly title: string;
  readonly better: 'more' | 'less';
  /** Lowest and highest round of each subject. */
  readonly spreads: Readonly<Record<string, readonly [number | null, number | null]>>;
  readonly rounds: number;
  /** By baseline: is the target met? */
  readonly met: Readonly<Record<string, boolean>>;
}
