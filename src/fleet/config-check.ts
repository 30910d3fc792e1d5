// Checks a whole configuration: the fleet's own options, each adapter's, and what only its venue can judge (keys and topics).
import * as v from 'valibot';
import { Adapter } from '../adapter/adapter.js';
import { checkCredentials } from '../adapter/connecting.js';
import { adapterSettings } from '../adapter/options.js';
import { ownTopic } from '../adapter/own-topic.js';
import { isBulkheadError } from '../errors.js';
import { loadVenue } from '../exchanges/index.js';
import type { ConfigPath, ConfigProblem } from './config-file.js';
import { type FleetAdapter, fleetEntries, type FleetOptions } from './options.js';

const { onAdapter: _onAdapter, logger: _logger, ...inFile } = fleetEntries;
const text = v.pipe(v.string('a string'), v.nonEmpty('a string that is not empty'));
const config = v.strictObject(
  {
    ...inFile,
    serve: v.optional(
      v.strictObject(
        {
          port: v.optional(
            v.pipe(
              v.number('a port'),
              v.integer('a port'),
              v.minValue(0, 'a port'),
              v.maxValue(65_535, 'a port'),
            ),
          ),
          host: v.optional(text),
          token: v.optional(text),
          allowedHosts: v.optional(v.array(text, 'an array of strings')),
          control: v.optional(v.boolean('true or false')),
        },
        'an object',
      ),
    ),
  },
  'an object with adapters',
);

/** Everything that is wrong; empty where nothing is. */
export async function checkConfig(value: unknown): Promise<readonly ConfigProblem[]> {
  const result = v.safeParse(config, value);
  if (!result.success) return result.issues.map(problemOf);
  const { adapters = [], defaults = {} } = value as FleetOptions;
  const ofDefaults = problemsOf(['defaults'], () => void adapterSettings(defaults));
  if (ofDefaults.length > 0) return ofDefaults;
  const each = adapters.map((spec, index) =>
    checkAdapter(spec, { ...defaults, ...spec }, index, adapters.slice(0, index)),
  );
  return (await Promise.all(each)).flat();
}

function problemOf(issue: v.BaseIssue<unknown>): ConfigProblem {
  const path = (issue.path ?? []).map(({ key }) => key as string | number);
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return { path, text: 'there is no such option' };
  return { path, text: `must be ${issue.message}` };
}

async function checkAdapter(
  spec: FleetAdapter,
  { exchange, ...options }: FleetAdapter,
  index: number,
  others: readonly FleetAdapter[],
): Promise<readonly ConfigProblem[]> {
  const path: ConfigPath = ['adapters', index];
  const { name } = spec as Partial<FleetAdapter>;
  if (typeof name !== 'string' || name === '')
    return [{ path: [...path, 'name'], text: 'must be a string that is not empty' }];
  if (others.some((other) => other.name === name))
    return [{ path: [...path, 'name'], text: `there is an adapter ${JSON.stringify(name)} already` }];
  if (typeof exchange !== 'string')
    return [{ path: [...path, 'exchange'], text: 'must be the name of an exchange, or the URL of a module' }];
  const own = problemsOf(path, () => void new Adapter(exchange, options));
  return own.length > 0 ? own : checkWithVenue(path, exchange, options);
}

async function checkWithVenue(
  path: ConfigPath,
  exchange: string,
  options: Omit<FleetAdapter, 'exchange'>,
): Promise<readonly ConfigProblem[]> {
  const venue = await loadVenue(exchange).catch((error: Error) => error);
  if (venue instanceof Error) return [{ path: [...path, 'exchange'], text: venue.message }];
  const problems = problemsOf(path, () => checkCredentials(venue, adapterSettings(options)));
  for (const [index, topic] of (options.topics ?? []).entries()) {
    const at = [...path, 'topics', index];
    const wrong = problemsOf(at, () => {
      const own = ownTopic(venue, topic);
      const socket = venue.sockets[venue.socketOfTopic(own)];
      const problem = socket === undefined ? `${venue.name} has no such topic` : socket.checkTopic?.(own);
      if (problem !== undefined) throw new TypeError(`${JSON.stringify(topic)}: ${problem}`);
    });
    problems.push(...wrong);
  }
  return problems;
}

/** What was thrown, with the place of the option that it names. */
function problemsOf(path: ConfigPath, check: () => void): ConfigProblem[] {
  try {
    check();
    return [];
  } catch (error) {
    if (!(error instanceof TypeError) && !isBulkheadError(error)) throw error;
    const { message } = error as Error;
    const [, option = '', words = ''] = /^options\.([\w.]+):?\s+(.*)$/s.exec(message) ?? [];
    if (option !== '') return [{ path: [...path, ...option.split('.').map(asKey)], text: words }];
    const isExchange = message.startsWith('there is no exchange');
    return [{ path: isExchange ? [...path, 'exchange'] : path, text: message }];
  }
}

function asKey(part: string): string | number {
  return /^\d+$/.test(part) ? Number(part) : part;
}
