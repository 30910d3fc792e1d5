// Puts the values of environment variables in the places of a configuration that name them, and lets no secret stand there itself.
import type { ConfigPath, ConfigProblem } from './config-file.js';

type Environment = Readonly<Record<string, string | undefined>>;

/** Names of values that must not be written in a file. */
const secretName = /secret|key|token|passw|passphrase|private|signature|mnemonic/i;

/** `{ env: NAME }` becomes the variable's value; relative module paths become URLs. */
export function fillIn(
  raw: unknown,
  environment: Environment,
  file: URL,
): { readonly value: unknown; readonly problems: readonly ConfigProblem[] } {
  const problems: ConfigProblem[] = [];
  const walk = (value: unknown, path: ConfigPath): unknown => {
    if (isReference(value)) return lookUp(value.env, path, environment, problems);
    if (Array.isArray(value)) return value.map((one, index) => walk(one, [...path, index]));
    if (typeof value === 'object' && value !== null)
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one, [...path, key])]));
    if (isSecret(value, path)) {
      const text =
        'must not be written here: put { env: NAME }, and its value into that environment variable';
      problems.push({ path, text });
      return undefined;
    }
    return isModulePath(value, path) ? new URL(value, file).href : value;
  };
  return { value: walk(raw, []), problems };
}

function isReference(value: unknown): value is { readonly env: string } {
  if (typeof value !== 'object' || value === null) return false;
  const { env } = value as { readonly env?: unknown };
  return typeof env === 'string' && Object.keys(value).length === 1;
}

function lookUp(
  name: string,
  path: ConfigPath,
  environment: Environment,
  problems: ConfigProblem[],
): string | undefined {
  const value = environment[name];
  if (value === undefined || value === '')
    problems.push({ path, text: `the environment variable ${name} is not set` });
  return value;
}

/** Inside of `credentials`, `headers` and `tls`, and the token of `serve`. */
function isSecret(value: unknown, path: ConfigPath): boolean {
  if (typeof value !== 'string') return false;
  if (path.includes('headers')) return true;
  const isInside = path.includes('credentials') || path.includes('tls') || path[0] === 'serve';
  return isInside && secretName.test(String(path.at(-1)));
}

function isModulePath(value: unknown, path: ConfigPath): value is string {
  return path.at(-1) === 'exchange' && typeof value === 'string' && /^\.\.?\//.test(value);
}
