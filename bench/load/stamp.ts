// The time of sending inside of a frame: the machine's monotonic clock in tenths of a microsecond, as a number of sixteen digits
// that begins with 1, so that it is valid JSON and exact as a double.

const FLOOR = 1e15;
const PER_MICROSECOND = 10;
const DIGITS = 16;

export function stampNow(): number {
  return FLOOR + Math.round(Number(process.hrtime.bigint()) / 100);
}

/** Microseconds from the stamp to now. */
export function microsecondsSince(stamp: number): number {
  return (Number(process.hrtime.bigint()) / 100 - (stamp - FLOOR)) / PER_MICROSECOND;
}

export function writeStamp(bytes: Buffer, at: number): void {
  let rest = stampNow();
  for (let place = at + DIGITS - 1; place >= at; place -= 1) {
    const next = Math.floor(rest / 10);
    bytes[place] = 48 + (rest - next * 10);
    rest = next;
  }
}
