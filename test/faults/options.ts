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
/** Cells that run at the same time. */
export const width = wholeNumber(names.width, 6);
