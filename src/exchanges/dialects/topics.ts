// Lists of topics: cutting them into calls that a venue accepts, and comparing what was asked with what was granted.
import type { TopicResult, VenueError } from '../exchange.js';

export interface BatchLimits {
  readonly maxTopics: number;
  /** Bytes for the topics of one call, as JSON strings with commas. */
  readonly maxBytes: number;
}

/** Cuts topics into batches within both limits, order kept. A topic that is over the limit alone gets a batch of its own. */
export function batchTopics(topics: readonly string[], limits: BatchLimits): readonly (readonly string[])[] {
  const batches: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const topic of topics) {
    const size = Buffer.byteLength(JSON.stringify(topic)) + 1;
    const last = batches.at(-1);
    if (last === undefined || last.length === limits.maxTopics || bytes + size > limits.maxBytes) {
      batches.push([topic]);
      bytes = size;
    } else {
      last.push(topic);
      bytes += size;
    }
  }
  return batches;
}

/** More than any venue has; patterns need not look at what is longer. */
const LONGEST_TOPIC = 255;

export interface TopicForms {
  /** What the venue calls a topic: `feed of Toy`. */
  readonly what: string;
  /** Topics that it has, for whoever wrote one that it has not. */
  readonly examples: string;
  readonly forms: readonly RegExp[];
}

/** Says what is wrong with a topic that has none of the forms, or is too long for a topic. */
export function formCheck({ what, examples, forms }: TopicForms) {
  return (topic: string): string | undefined =>
    topic.length <= LONGEST_TOPIC && forms.some((form) => form.test(topic))
      ? undefined
      : `"${topic}" is no ${what}: compare ${examples}`;
}

/** Sorts topics by whether the venue's list of what it granted holds them. */
export function compareTopics(topics: readonly string[], granted: unknown, error: VenueError): TopicResult {
  const list = new Set<unknown>(Array.isArray(granted) ? granted : []);
  return {
    confirmed: topics.filter((topic) => list.has(topic)),
    refused: topics.filter((topic) => !list.has(topic)).map((topic) => ({ topic, error })),
  };
}

/** For venues whose good answer stands for every topic of the call. */
export function allConfirmed(topics: readonly string[]): TopicResult {
  return { confirmed: topics, refused: [] };
}

/** The text between `start`, where the frame begins with it, and the next quotation mark: venues that write their topics first. */
export function textAfter(start: string, frame: string, prefix = ''): string | undefined {
  // V8 compares a slice thrice as fast as `startsWith`.
  const end = frame.slice(0, start.length) === start ? frame.indexOf('"', start.length) : -1;
  return end < 0 ? undefined : prefix + frame.slice(start.length, end);
}
