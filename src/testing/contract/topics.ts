// Promises about subscribing, and about everything that is there again after the connection was killed.
import assert from 'node:assert/strict';
import type { VenueProfile } from './profile.js';
import { type ContractPromise, promise } from './promises.js';
import { type ContractSimulator, flow, onStage, type Stage } from './stage.js';
import { until } from './wait.js';

export function topicPromises(
  profile: VenueProfile,
  simulator: ContractSimulator,
): readonly ContractPromise[] {
  const play = (act: (stage: Stage) => Promise<void>) => () => onStage(profile, simulator, act);
  return [
    promise('topics are confirmed and their data flows', undefined, play(confirmed)),
    promise(
      `topics in the common form are the venue's own, and their events name the symbol that was asked for`,
      profile.symbol === undefined ? 'the venue has no common form' : undefined,
      play(common),
    ),
    promise('a topic that was given back is silent', undefined, play(givenBack)),
    promise('a refused topic does not sink the others', profile.lacks['partly-refused'], play(partlyRefused)),
    promise('a topic that is malformed is a TypeError at once', undefined, play(malformed)),
    promise(
      'a killed thread is replaced: gaps told, topics confirmed again, data flows',
      undefined,
      play(killed),
    ),
    promise('a connection that the venue tears down is replaced in the same way', undefined, play(dropped)),
    promise(
      'a frame that cannot be read is told as a problem and harms nothing',
      undefined,
      play(unreadable),
    ),
  ];
}

async function confirmed(stage: Stage): Promise<void> {
  const { adapter, record } = stage.adapter();
  await adapter.connect();
  const { refused } = await adapter.subscribe(stage.topics);
  assert.deepEqual(refused, []);
  assert.deepEqual([...adapter.topics.confirmed].sort(), [...stage.topics].sort());
  await flow(record);
  assert.deepEqual(record.problems, []);
  assert.deepEqual(record.gaps, []);
}

async function common(stage: Stage): Promise<void> {
  const { symbol = '', topics } = stage.profile;
  const kinds = ['trades', 'book', ...(topics.quotes === undefined ? [] : ['quotes'])];
  const { adapter } = stage.adapter();
  const named = new Map<string, Set<string>>();
  const note = (kind: string, events: Iterable<{ readonly symbol: string }>) => {
    const names = named.get(kind) ?? new Set();
    named.set(kind, names);
    for (const event of events) names.add(event.symbol);
  };
  adapter.on('trades', (trades) => note('trades', trades));
  adapter.on('quotes', (quotes) => note('quotes', quotes));
  adapter.on('books', (books) => note('book', books));
  await adapter.connect();
  const { confirmed, refused } = await adapter.subscribe(kinds.map((kind) => `${kind}:${symbol}`));
  assert.deepEqual(refused, []);
  assert.equal(new Set(confirmed).size, new Set(kinds).size);
  await until(() => kinds.every((kind) => named.has(kind)), 'an event of each kind');
  for (const names of named.values()) assert.deepEqual([...names], [symbol]);
}

async function givenBack(stage: Stage): Promise<void> {
  const { trades, book } = stage.profile.topics;
  const { adapter, record } = await stage.flowing({ topics: [trades, book] });
  await adapter.unsubscribe([trades]);
  assert.deepEqual(adapter.topics.confirmed, [book]);
  const told = record.trades;
  const { bookUpdates } = record;
  await until(() => record.bookUpdates > bookUpdates + 5, 'books that go on');
  // What was on its way when the venue answered may still have come, and nothing after it.
  assert.ok(record.trades - told <= 2, `${record.trades - told} batches of trades came afterwards`);
}

async function partlyRefused(stage: Stage): Promise<void> {
  const { trades, book } = stage.profile.topics;
  const { adapter, record } = stage.adapter();
  await adapter.connect();
  stage.exchange.inject({ kind: 'refuse-topic', topic: wireName(stage, trades) });
  const report = await adapter.subscribe([trades, book]);
  assert.deepEqual(
    report.refused.map(({ topic }) => topic),
    [trades],
  );
  assert.deepEqual(report.confirmed, [book]);
  await until(() => record.bookUpdates > 0, 'updates of the topic that was granted');
}

/** The topic as the simulated exchange knows it. */
function wireName({ profile }: Stage, topic: string): string {
  return profile.wireTopic?.(topic) ?? topic;
}

async function malformed(stage: Stage): Promise<void> {
  const { adapter } = stage.adapter();
  await assert.rejects(adapter.subscribe(['\u0000 no topic of any venue']), TypeError);
}

async function killed(stage: Stage): Promise<void> {
  await restoredAfter(stage, (adapter) => adapter.terminate());
}

async function dropped(stage: Stage): Promise<void> {
  await restoredAfter(stage, () => stage.exchange.inject({ kind: 'drop', by: 'rst' }));
}

async function restoredAfter(
  stage: Stage,
  end: (adapter: Awaited<ReturnType<Stage['flowing']>>['adapter']) => void,
): Promise<void> {
  const { adapter, record } = await stage.flowing();
  const sockets = adapter.sockets.length;
  record.restored.length = 0;
  end(adapter);
  await until(() => record.exits.length === sockets, 'the exit of each socket');
  await until(() => record.restored.length === sockets, 'the restore of each socket');
  const topics = [...stage.topics].sort();
  assert.equal(adapter.state, 'ready');
  assert.deepEqual(record.restored.flatMap(({ restored }) => restored).sort(), topics);
  assert.deepEqual(
    record.restored.flatMap(({ failed }) => failed),
    [],
  );
  const gaps = record.gaps.filter(({ reason }) => reason === 'exit').map(({ topic }) => topic);
  assert.deepEqual(gaps.sort(), topics);
  await flow(record);
  const { opens, exits, framesAfterExit, pendingAfterExit } = adapter.stats();
  assert.deepEqual(
    { opens, exits, framesAfterExit, pendingAfterExit },
    { opens: 2 * sockets, exits: sockets, framesAfterExit: 0, pendingAfterExit: 0 },
  );
}

async function unreadable(stage: Stage): Promise<void> {
  const { record } = await stage.flowing();
  stage.exchange.inject({ kind: 'malformed' });
  await until(() => record.problems.length > 0, 'the problem');
  await flow(record);
  assert.deepEqual(record.exits, []);
}
