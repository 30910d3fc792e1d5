// A fleet's configuration file: YAML or JSON, checked completely before anything starts. Every mistake is told with file, line and path.
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Document, LineCounter } from 'yaml';
import { BulkheadError } from '../errors.js';
import { checkConfig } from './config-check.js';
import { fillIn } from './config-secrets.js';
import type { FleetOptions } from './options.js';
import type { ServeOptions } from './server.js';

/** What a configuration file says. */
export interface FleetConfig {
  readonly options: FleetOptions;
  /** Where the fleet is to be served, where the file says so. */
  readonly serve: ServeOptions | undefined;
}

/** Where in the file something is: `['adapters', 3, 'exchange']`. */
export type ConfigPath = readonly (string | number)[];

/** Something that is wrong, and where. */
export interface ConfigProblem {
  readonly path: ConfigPath;
  readonly text: string;
}

/**
 * Reads a fleet's configuration file. Secrets are not in it: it names the environment variables that hold them, `{ env: NAME }`.
 * @param environment default: that of the process.
 * @throws BulkheadError `invalid-config` that tells each mistake with its line: `fleet.yaml:12 adapters[3].exchange: …`. Never a value.
 */
export async function readFleetConfig(
  path: string | URL,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<FleetConfig> {
  const file = path instanceof URL ? path : pathToFileURL(path);
  const name = basename(file.pathname);
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new BulkheadError('invalid-config', `${name} cannot be read: ${why}`, { cause });
  });
  const { document, lines } = await parse(name, text);
  const { value, problems } = fillIn(document.toJS() as unknown, environment, file);
  const wrong = problems.length > 0 ? problems : await checkConfig(value);
  if (wrong.length > 0) throw invalid(wrong.map((problem) => told(problem, name, document, lines)));
  const { serve, ...options } = value as FleetOptions & { readonly serve?: ServeOptions };
  return { options, serve };
}

async function parse(
  name: string,
  text: string,
): Promise<{ readonly document: Document; readonly lines: LineCounter }> {
  // JSON is YAML too. Loaded here, because most bots have no configuration file.
  const { LineCounter: Counter, parseDocument } = await import('yaml');
  const lines = new Counter();
  // Pretty errors would show the line, and a secret with it that somebody wrote there after all.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length === 0) return { document, lines };
  throw invalid(
    document.errors.map(({ pos, message }) => `${name}:${lines.linePos(pos[0]).line} ${message}`),
  );
}

function invalid(problems: readonly string[]): BulkheadError {
  return new BulkheadError('invalid-config', problems.join('\n'));
}

function told({ path, text }: ConfigProblem, name: string, document: Document, lines: LineCounter): string {
  const where = inWords(path);
  return `${name}:${lineOf(path, document, lines)} ${where === '' ? '' : `${where}: `}${text}`;
}

/** Of what is missing, the line of what it is missing in. */
function lineOf(path: ConfigPath, document: Document, lines: LineCounter): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const start = startOf(parent as YamlNode, path[length - 1]!);
    if (start !== undefined) return lines.linePos(start).line;
  }
  return 1;
}

interface YamlNode {
  readonly range?: readonly number[] | null;
  readonly key?: YamlNode;
  readonly value?: unknown;
  readonly items?: readonly YamlNode[];
}

/** Where an entry begins: that of an object with its key, because its value may be many lines long. */
function startOf(parent: YamlNode | null | undefined, part: string | number): number | undefined {
  const entry = parent?.items?.find((one, index) =>
    one.key === undefined ? index === part : one.key.value === part,
  );
  return (entry?.key ?? entry)?.range?.[0];
}

function inWords(path: ConfigPath): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`))
    .join('');
}
