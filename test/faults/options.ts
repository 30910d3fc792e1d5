// What the command line of the suite says. Mocha takes no options but its own, so main.ts hands them on in the environment.

export const names = { seed: 'FAULTS_SEED', only: 'FAULTS_ONLY', width: 'FAULTS_WIDTH' } as const;

function wholeNumber(name: string, otherwise: number): number {
  const value = Number(process.env[name] ?? otherwise);
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`${name} must be a whole number`);
  return value;
}

/** Repeats a run. */
export const seed = wholeNumber(names.seed, Date.now() % 1_000_000);
/** Plays the cells whose name has the text. */
export const only = process.env[names.only] ?? '';
/** Skips a test that `--only TEXT` does not ask for: without the option, or with a part of this name, it is played. */
export function skipUnlessAsked(context: Mocha.Context, name: string): void {
  if (name.includes(only)) return;
  skip(context, `--only ${only} does not ask for it; npm run test:faults -- --only "${name}" plays it`);
}

/** Skips a test and says why and what to do, where the reader of the results sees it. */
export function skip(context: Mocha.Context, reason: string): never {
  if (context.test !== undefined) context.test.title += ` (skipped: ${reason})`;
  return context.skip();
}

/** Cells that run at the same time. */
export const width = wholeNumber(names.width, 6);
