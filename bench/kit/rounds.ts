// Runs the subjects of one benchmark in turns, A B C A B C, so that whatever drifts hits all of them, and sums the rounds up.
import { once } from 'node:events';
import {
  type Benchmark,
  type Figure,
  type Measured,
  OURS,
  type Result,
  type Settings,
  type Target,
} from './benchmark.js';
import { firstMessage, startChild } from './child.js';
import type { Quiet } from './quiet.js';
import { extremes, median } from './statistics.js';
import type { SubjectTask } from './subject-process.js';

const DEFAULT_ROUNDS = 5;
const QUICK_ROUNDS = 2;

export interface RunOptions {
  readonly settings: Settings;
  /** Overrides the benchmark's own number of rounds. */
  readonly rounds?: number;
  /** Repeats the runs that the machine disturbed. Left out: each counts. */
  readonly quiet?: Quiet;
  /** V8 and Node options of the measured process, such as --cpu-prof. */
  readonly execArgv?: readonly string[];
  /** Only these subjects; default all. */
  readonly subjects?: readonly string[];
  progress(text: string): void;
}

type Rounds = Readonly<Record<string, readonly Measured[]>>;

export async function runBenchmark(benchmark: Benchmark, options: RunOptions): Promise<Result[]> {
  const subjects = Object.keys(benchmark.subjects).filter((id) => options.subjects?.includes(id) ?? true);
  const count =
    options.rounds ?? (options.settings.quick ? QUICK_ROUNDS : (benchmark.rounds ?? DEFAULT_ROUNDS));
  const rounds: Record<string, Measured[]> = Object.fromEntries(subjects.map((id) => [id, []]));
  for (let round = 1; round <= count; round += 1) {
    for await (const [subject, measured] of measureRound(benchmark, subjects, options)) {
      rounds[subject]!.push(measured);
      options.progress(
        `${benchmark.name}  round ${round}/${count}  ${subject}  ${wordsOf(benchmark, measured)}`,
      );
    }
  }
  return benchmark.figures.map((figure) => resultOf(benchmark, figure, rounds, count));
}

async function* measureRound(
  benchmark: Benchmark,
  subjects: readonly string[],
  { settings, execArgv, quiet }: RunOptions,
): AsyncGenerator<readonly [subject: string, measured: Measured]> {
  const task = { benchmark: benchmark.name, settings };
  if (benchmark.together !== undefined && subjects.length === Object.keys(benchmark.subjects).length) {
    yield* Object.entries(await measureOnce<Readonly<Record<string, Measured>>>(task, execArgv));
  } else {
    for (const subject of subjects) {
      const run = (): Promise<Measured> => measureOnce({ ...task, subject }, execArgv);
      yield [subject, await (quiet?.measure(run) ?? run())];
    }
  }
}

async function measureOnce<Answer = Measured>(
  task: SubjectTask,
  execArgv: readonly string[] = [],
): Promise<Answer> {
  const child = startChild('./subject-process.js', task, execArgv);
  const ended = once(child, 'exit');
  try {
    const measured = await firstMessage<Answer>(child);
    await ended;
    return measured;
  } catch (error) {
    const { benchmark, subject = 'all subjects' } = task;
    throw new Error(`${benchmark}, ${subject}: ${(error as Error).message}`, { cause: error });
  }
}

function resultOf(benchmark: Benchmark, figure: Figure, rounds: Rounds, count: number): Result {
  const values = Object.fromEntries(
    Object.entries(rounds).map(([subject, all]) => [subject, all.map((one) => one[figure.id] ?? Number.NaN)]),
  );
  const medians = Object.fromEntries(Object.entries(values).map(([subject, all]) => [subject, median(all)]));
  const { [OURS]: value = Number.NaN, ...baselines } = medians;
  const ids = Object.keys(baselines);
  return {
    name: figure.id === '' ? benchmark.name : `${benchmark.name}:${figure.id}`,
    unit: figure.unit,
    value: shown(value),
    baselines: Object.fromEntries(ids.map((id) => [id, shown(baselines[id]!)])),
    ratios: Object.fromEntries(ids.map((id) => [id, shown(value / baselines[id]!)])),
    title: figure.title,
    better: figure.better,
    spreads: Object.fromEntries(
      Object.entries(values).map(([subject, all]) => {
        const [least, most] = extremes(all);
        return [subject, [shown(least), shown(most)]];
      }),
    ),
    rounds: count,
    met: Object.fromEntries(
      Object.entries(figure.targets ?? {}).map(([id, target]) => [id, isMet(target, value, baselines[id])]),
    ),
  };
}

/** A target under `value` is about the value itself, others about the ratio to a baseline or the distance from it. */
function isMet(target: Target, value: number, baseline: number | undefined): boolean {
  const base = target.plus === undefined ? 1 : 0;
  const compared = baseline === undefined ? value : base === 1 ? value / baseline : value - baseline;
  return compared >= (target.atLeast ?? -Infinity) && compared <= (target.plus ?? target.atMost ?? Infinity);
}

/** Four significant digits; JSON has no NaN. */
function shown(value: number): number | null {
  return Number.isFinite(value) ? Number(value.toPrecision(4)) : null;
}

function wordsOf(benchmark: Benchmark, measured: Measured): string {
  return benchmark.figures
    .filter(({ id }) => !Number.isNaN(measured[id] ?? Number.NaN))
    .map(({ id, unit }) => `${id} ${shown(measured[id]!)} ${unit}`.trim())
    .join('  ');
}
