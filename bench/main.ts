// `npm run bench`: runs benchmarks by name and prints a table, or one JSON document with --json. Progress goes to standard error.
import { writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type { Benchmark, Result } from './kit/benchmark.js';
import { describeMachine, type Machine } from './kit/machine.js';
import { Quiet } from './kit/quiet.js';
import { type RunOptions, runBenchmark } from './kit/rounds.js';
import { tableOf } from './kit/table.js';
import { suite } from './suite/index.js';

/** How often a disturbed run is repeated. */
const PATIENCE = 5;
const WAIT_MINUTES = 10;

const help = `npm run bench -- [NAME...] [options]

Runs all benchmarks, or those whose name begins with one of the names. Each subject runs in a process of its own, in turns, several
rounds (decode: all in one process, by turns of milliseconds); values are medians. Close what else works on the machine: figures under load are rough.

  --quick           short runs, 2 rounds: shows that everything works
  --rounds N        number of rounds instead of each benchmark's own
  --patience N      how often a run is repeated during which the machine was slower than before: default ${PATIENCE}, with --quick 0;
                    see --wait
  --wait MINUTES    what waiting for a quiet machine and repeating may take in all: default ${WAIT_MINUTES}; on a machine that others
                    disturb for minutes, more of it is what makes the figures good
  --subjects A,B    only these subjects (bulkhead is this library)
  --json            one JSON document on standard output
  --output FILE     writes the JSON document there as well; \`npm run bench:report -- FILE\` makes docs/performance.md of it
  --profile DIR     takes CPU profiles of the measured processes (--cpu-prof); the figures suffer
  --help

${suite.map(({ name, about, subjects }) => `  ${name.padEnd(24)}${about}\n${' '.repeat(26)}subjects: ${Object.keys(subjects).join(', ')}`).join('\n')}
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    rounds: { type: 'string' },
    patience: { type: 'string' },
    wait: { type: 'string' },
    subjects: { type: 'string' },
    json: { type: 'boolean', default: false },
    output: { type: 'string' },
    profile: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
});

if (values.help) process.stdout.write(help);
else await main();

async function main(): Promise<void> {
  const chosen = choose(positionals);
  const machine = describeMachine(values.quick);
  tell(
    `${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, load ${machine.load.before.toFixed(2)}`,
  );
  const quiet = new Quiet({
    patience: numberOf('patience', values.quick ? 0 : PATIENCE),
    mostExtraMs: numberOf('wait', WAIT_MINUTES) * 60_000,
  });
  const results: Result[] = [];
  for (const benchmark of chosen) {
    try {
      results.push(...(await runBenchmark(benchmark, { ...runOptions(), quiet })));
    } catch (error) {
      // What was measured before is worth keeping; the exit code says that something is missing.
      tell((error as Error).message);
      process.exitCode = 1;
    }
    machine.load.after = loadavg()[0]!;
    machine.quietness = quiet.summary;
    // After each, because whoever ends a long run by Ctrl-C keeps what there is.
    if (values.output !== undefined) writeFileSync(values.output, documentOf(machine, results));
  }
  process.stdout.write(values.json ? documentOf(machine, results) : tableOf(results));
}

function documentOf(machine: Machine, results: readonly Result[]): string {
  return `${JSON.stringify({ machine, results }, null, 2)}\n`;
}

function runOptions(): RunOptions {
  const { quick, rounds, subjects, profile } = values;
  return {
    settings: { quick },
    ...(rounds === undefined ? {} : { rounds: numberOf('rounds', 1) }),
    ...(subjects === undefined ? {} : { subjects: subjects.split(',') }),
    ...(profile === undefined ? {} : { execArgv: ['--cpu-prof', `--cpu-prof-dir=${profile}`] }),
    progress: tell,
  };
}

function numberOf(option: 'patience' | 'rounds' | 'wait', usual: number): number {
  const value = Number(values[option] ?? usual);
  const least = option === 'rounds' ? 1 : 0;
  if (Number.isFinite(value) && value >= least) return value;
  process.stderr.write(`--${option} must be a number from ${least} on, not ${values[option]}\n`);
  process.exit(1);
}

function choose(names: readonly string[]): readonly Benchmark[] {
  const unknown = names.find((wanted) => !suite.some(({ name }) => name.startsWith(wanted)));
  if (unknown !== undefined) {
    process.stderr.write(`no benchmark begins with ${unknown}; --help lists them\n`);
    process.exit(1);
  }
  return suite.filter(({ name }) => names.length === 0 || names.some((wanted) => name.startsWith(wanted)));
}

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}
