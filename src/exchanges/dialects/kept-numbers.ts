// Numbers of the rows of one frame, between the check of them all and the first call of the sink, so that each text is converted once.
// One store for the module: a decoder uses it up before it returns, and a thread decodes one frame at a time.

let numbers = new Float64Array(512);

/** Keeps the number; false where it is none, or not finite. */
export function keepNumber(at: number, value: number): boolean {
  if (at >= numbers.length) grow();
  numbers[at] = value;
  // False for NaN, too.
  return value < Number.POSITIVE_INFINITY;
}

/** The number that was kept there. */
export function kept(at: number): number {
  return numbers[at] as number;
}

function grow(): void {
  const larger = new Float64Array(numbers.length * 2);
  larger.set(numbers);
  numbers = larger;
}
