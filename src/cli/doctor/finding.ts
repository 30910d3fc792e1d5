// What a check of the doctor says.

export interface Finding {
  readonly status: 'ok' | 'warn' | 'fail';
  /** What was seen. */
  readonly message: string;
  /** What to do about it; left out where nothing is to be done. */
  readonly advice?: string;
}

export function ok(message: string): Finding {
  return { status: 'ok', message };
}

export function warn(message: string, advice: string): Finding {
  return { status: 'warn', message, advice };
}

export function failed(message: string, advice: string): Finding {
  return { status: 'fail', message, advice };
}
