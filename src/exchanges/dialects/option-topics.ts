// Topics of venues whose subscriptions are objects of a type, a subject and options: `l2Book:BTC?nSigFigs=5` for
// `{"type":"l2Book","coin":"BTC","nSigFigs":5}`. One subscription has one topic: its options stand in alphabetical order, and what
// has its default value is left out.
import { wordOf } from './fields.js';
import { isObject, type JsonObject } from './json-rpc.js';

/** Types that are about the same kind of thing: a coin, an address. */
export interface TopicSubject {
  /** Separated by spaces, each as a topic of it looks: `l2Book?fast&nSigFigs` has two options, `candle?interval=` needs its one. */
  readonly types: string;
  /** Left out: any text. */
  readonly form?: RegExp;
  /** What to do where there is none, or one of another form, `name the coin`; and a good one. */
  readonly hint: string;
  readonly example: string;
  /** True where the venue may repeat it in capitals. */
  readonly isCaseless?: boolean;
}

export interface OptionTopicRules {
  /** The venue's name and a few of its topics, for who wrote something else. */
  readonly venue: string;
  readonly examples: string;
  /** By the key that holds the subject in a subscription. */
  readonly subjects: Readonly<Record<string, TopicSubject>>;
  /** Types without a subject, written as those of a subject are. */
  readonly alone: string;
  /** The values that an option can have, except for its default. */
  readonly options: Readonly<Record<string, RegExp>>;
  /** Options that the frames of a subscription repeat, separated by spaces. */
  readonly repeated: string;
  /** Types whose frames repeat nothing, not even their subject. */
  readonly nameless: string;
  /** Channels that are called by another name than their type. */
  readonly channels?: Readonly<Record<string, string>>;
  /** By type: what its frames call the subject and the options, where they have names of their own. */
  readonly fields?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface OptionTopics {
  /** What is wrong with a topic, or undefined. */
  readonly problemOf: (topic: string) => string | undefined;
  readonly subscriptionOf: (topic: string) => JsonObject;
  /** The topic of a subscription that the venue repeats, all defaults filled in or none; undefined where its type is not known. */
  readonly topicOf: (subscription: unknown) => string | undefined;
  /** As much of a topic as the frames of its data tell. Topics of which this is the same cannot be told apart. */
  readonly toldOf: (topic: string) => string;
  /** The same out of such a frame, whose data is an object or a list of them. */
  readonly toldBy: (channel: string, data: unknown) => string;
}

interface TypeRule {
  readonly type: string;
  readonly key: string | undefined;
  readonly subject: TopicSubject | undefined;
  readonly options: readonly string[];
  readonly needed: readonly string[];
  /** All of a subscription, as much of it as its frames tell, and the same in such a frame. */
  readonly whole: Reading;
  readonly told: Reading;
  readonly inFrames: Reading;
}

/** Where an object holds what belongs into a topic. */
interface Reading {
  readonly subject: string | undefined;
  readonly options: readonly (readonly [name: string, field: string])[];
}

export function optionTopics(rules: OptionTopicRules): OptionTopics {
  const types = typesOf(rules);
  const subscriptionOf = (topic: string): JsonObject => {
    const { type, subject, options } = partsOf(topic) ?? { type: topic, subject: undefined, options: [] };
    const key = types.get(type)?.key;
    const named = subject === undefined || key === undefined ? {} : { [key]: subject };
    return {
      type,
      ...named,
      ...Object.fromEntries(options.map(([name, text]) => [name, optionValue(text)])),
    };
  };
  const channels = new Map(Object.entries(rules.channels ?? {}));
  return {
    problemOf: (topic) => topicProblem(topic, types, rules),
    subscriptionOf,
    topicOf(subscription) {
      const rule = isObject(subscription) ? types.get(wordOf(subscription['type'])) : undefined;
      return rule && nameOf(rule, subscription as JsonObject, rule.whole);
    },
    toldOf(topic) {
      const rule = types.get(partsOf(topic)?.type ?? '');
      return rule === undefined ? topic : nameOf(rule, subscriptionOf(topic), rule.told);
    },
    toldBy(channel, data) {
      const type = channels.get(channel) ?? channel;
      const rule = types.get(type);
      const row: unknown = Array.isArray(data) ? data[0] : data;
      return rule === undefined || !isObject(row) ? type : nameOf(rule, row, rule.inFrames);
    },
  };
}

function typesOf(rules: OptionTopicRules): ReadonlyMap<string, TypeRule> {
  const all = Object.entries(rules.subjects).flatMap(([key, subject]) =>
    subject.types.split(' ').map((word) => ruleOf(word, rules, key, subject)),
  );
  all.push(...rules.alone.split(' ').map((word) => ruleOf(word, rules)));
  return new Map(all.map((rule) => [rule.type, rule]));
}

/** `l2Book?fast&nSigFigs`, read once. */
function ruleOf(word: string, rules: OptionTopicRules, key?: string, subject?: TopicSubject): TypeRule {
  const [type = '', query] = word.split('?', 2);
  const given = query?.split('&') ?? [];
  const options = given.map((name) => name.replace('=', '')).sort();
  const isNameless = rules.nameless.split(' ').includes(type);
  const repeated = options.filter((name) => !isNameless && rules.repeated.split(' ').includes(name));
  const told = isNameless ? undefined : key;
  return {
    type,
    key,
    subject,
    options,
    needed: given.filter((name) => name.endsWith('=')).map((name) => name.slice(0, -1)),
    whole: readingOf(key, options),
    told: readingOf(told, repeated),
    inFrames: readingOf(told, repeated, rules.fields?.[type]),
  };
}

function readingOf(
  key: string | undefined,
  options: readonly string[],
  fields: Readonly<Record<string, string>> = {},
): Reading {
  const subject = key === undefined ? undefined : (fields[key] ?? key);
  return { subject, options: options.map((name) => [name, fields[name] ?? name] as const) };
}

interface Parts {
  readonly type: string;
  readonly subject: string | undefined;
  readonly options: readonly (readonly [name: string, value: string])[];
}

const TOPIC = /^([A-Za-z]\w*)(?::([^?\s]+))?(?:\?(\S+))?$/;
const LONGEST_TOPIC = 200;

function partsOf(topic: string): Parts | undefined {
  const [, type, subject, query] = TOPIC.exec(topic) ?? [];
  if (type === undefined) return undefined;
  const options = (query?.split('&') ?? []).map((pair) => {
    const at = pair.indexOf('=');
    return [pair.slice(0, Math.max(at, 0)), pair.slice(at + 1)] as const;
  });
  return { type, subject, options };
}

function optionValue(text: string): unknown {
  return text === 'true' ? true : /^\d+$/.test(text) ? Number(text) : text;
}

/** The topic that an object is of, as far as it is read. */
function nameOf({ type, subject }: TypeRule, row: JsonObject, reading: Reading): string {
  const about = reading.subject === undefined ? undefined : row[reading.subject];
  let name = type;
  if (typeof about === 'string') name += `:${subject?.isCaseless === true ? about.toLowerCase() : about}`;
  let separator = '?';
  for (const [option, field] of reading.options) {
    const value = wordOf(row[field]);
    if (value === '' || value === 'false') continue;
    name += `${separator}${option}=${value}`;
    separator = '&';
  }
  return name;
}

function topicProblem(
  topic: string,
  types: ReadonlyMap<string, TypeRule>,
  { venue, examples, options: forms }: OptionTopicRules,
): string | undefined {
  const parts = partsOf(topic);
  const rule = parts && types.get(parts.type);
  if (parts === undefined || rule === undefined || topic.length > LONGEST_TOPIC)
    return `"${topic}" is no topic of ${venue}: compare ${examples}`;
  const { type, subject } = rule;
  if (subject === undefined && parts.subject !== undefined) return `"${topic}": ${type} is of everything`;
  if (subject !== undefined && !(subject.form ?? /./).test(parts.subject ?? ''))
    return `"${topic}": ${subject.hint}, as in ${type}:${subject.example}`;
  const missing = rule.needed.find((name) => !parts.options.some(([given]) => given === name));
  if (missing !== undefined) return `"${topic}": ${type} needs ?${missing}=`;
  return optionProblem(topic, parts.options, rule, forms);
}

function optionProblem(
  topic: string,
  options: Parts['options'],
  { type, options: known }: TypeRule,
  forms: OptionTopicRules['options'],
): string | undefined {
  for (const [index, [name, value]] of options.entries()) {
    if (!known.includes(name)) return `"${topic}": ${type} has no option "${name}"`;
    if (forms[name]?.test(value) !== true)
      return `"${topic}": "${value}" is no value for ${name}; leave out what has its default`;
    const before = options[index - 1]?.[0];
    if (before !== undefined && before >= name) return `"${topic}": write the options in alphabetical order`;
  }
  return undefined;
}
