// pino, one child per client. Workers never log by themselves: their lines come as control messages and are written here.
import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** Fields whose values are secrets wherever they stand: one and two levels deep. */
const secretFields = [
  'authorization',
  'cookie',
  'apiKey',
  'clientSecret',
  'client_secret',
  'access_token',
  'refresh_token',
  'accessToken',
  'refreshToken',
  'token',
  'secret',
  'signature',
  'password',
  'passphrase',
  'key',
  'headers',
  'credentials',
];

export const redactedPaths: readonly string[] = secretFields.flatMap((name) => [name, `*.${name}`]);

let silent: Logger | undefined;

/** The logger that is used when the user gives none: it writes nothing. */
export function silentLogger(): Logger {
  silent ??= pino({ level: 'silent', enabled: false });
  return silent;
}

/** A child of the user's logger that never writes a secret, whatever it is handed. */
export function childLogger(logger: Logger | undefined, fields: Readonly<Record<string, unknown>>): Logger {
  const parent = logger ?? silentLogger();
  return parent.child(fields, { redact: { paths: [...redactedPaths], censor: '[secret]' } });
}

/** The level below which a thread need not send lines. */
export function levelNumber(logger: Logger): number {
  const level = logger.levels.values[logger.level];
  return level ?? Number.POSITIVE_INFINITY;
}

/** Writes a line that came from a thread. */
export function writeLine(logger: Logger, level: number, message: string, fields: object): void {
  const name = logger.levels.labels[level];
  if (name === undefined) logger.info({ ...fields, level }, message);
  else (logger as unknown as Record<string, Logger['info']>)[name]!(fields, message);
}
