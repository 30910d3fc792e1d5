// Promises about the login, the life of its session and the end that the venue announces.
import assert from 'node:assert/strict';
import type { Adapter } from '../../adapter/adapter.js';
import { isBulkheadError } from '../../errors.js';
import type { VenueProfile } from './profile.js';
import { type ContractPromise, NO_ACCOUNT, promise } from './promises.js';
import { type ContractSimulator, flow, onStage, type Stage } from './stage.js';
import { until } from './wait.js';

const PLANNED = ['planned-stop', 'maintenance'];

export function sessionPromises(
  profile: VenueProfile,
  simulator: ContractSimulator,
): readonly ContractPromise[] {
  const { lacks } = profile;
  const noAccount = profile.account === undefined ? NO_ACCOUNT : undefined;
  const play = (act: (stage: Stage) => Promise<void>) => () => onStage(profile, simulator, act);
  return [
    promise('a login that the venue grants makes the adapter READY', noAccount, play(granted)),
    promise(
      'a login that the venue refuses is told, and never tried again',
      noAccount ?? lacks.login,
      play(refused),
    ),
    promise(
      'credentials of the wrong shape are a TypeError before anything is sent',
      noAccount,
      play(malformed),
    ),
    promise(
      'a session that expires is renewed on the same connection',
      noAccount ?? lacks['token-expiry'],
      play(expired),
    ),
    promise('a stop that the venue plans is told before it happens', lacks['planned-stop'], play(announced)),
  ];
}

async function granted(stage: Stage): Promise<void> {
  const { adapter, record } = stage.adapter({ topics: stage.topics });
  await adapter.connect();
  assert.equal(adapter.state, 'ready');
  const restored = record.restored.flatMap((report) => report.restored);
  assert.deepEqual([...restored].sort(), [...stage.topics].sort());
}

async function refused(stage: Stage): Promise<void> {
  const { profile, exchange } = stage;
  const { credentials } = profile.account?.('stranger') ?? {};
  const topics = profile.refusal === 'topic' ? [] : profile.privateTopics;
  const { adapter } = stage.adapter({ credentials, topics });
  const connected = adapter.connect().then(
    () => undefined,
    (error: unknown) => error,
  );
  if (profile.refusal === 'topic') {
    assert.equal(await connected, undefined);
    const report = await adapter.subscribe(profile.privateTopics);
    assert.deepEqual(report.confirmed, []);
    assert.deepEqual(report.refused.map(({ topic }) => topic).sort(), [...profile.privateTopics].sort());
    return;
  }
  const error = await connected;
  assert.ok(isBulkheadError(error), `connect() ended with ${String(error)}`);
  assert.equal(error.code, 'login-refused');
  await until(() => exchange.connections.length === 0, 'the connections to be gone');
  assert.match(adapter.state, /^(?:failed|closed)$/);
}

async function malformed(stage: Stage): Promise<void> {
  const { adapter } = stage.adapter({ credentials: { nonsense: 1 } });
  await assert.rejects(adapter.connect(), TypeError);
  assert.deepEqual(stage.exchange.connections, []);
}

async function expired(stage: Stage): Promise<void> {
  const { exchange, profile } = stage;
  const { adapter, record } = await stage.flowing();
  const logins = () => exchange.journal.of('login').filter(({ granted }) => granted).length;
  const before = logins();
  exchange.inject({ kind: 'expire-tokens' });
  // Some venues tell that the session is over, others refuse what comes next.
  if (profile.orders !== undefined) await placed(stage, adapter);
  await until(() => logins() > before, 'a new login');
  await until(() => adapter.topics.confirmed.length === stage.topics.length, 'all topics again');
  if (profile.orders !== undefined && profile.privateTopics.length > 0) {
    const own = await placed(stage, adapter);
    await until(
      () => record.orders.some(({ clientOrderId }) => clientOrderId === own),
      'the event of the order',
    );
  }
  await flow(record);
  assert.deepEqual(record.exits, []);
}

/** What the venue refuses because the session is over stays refused; an order after it goes through. Its client order id. */
async function placed({ profile }: Stage, adapter: Adapter): Promise<string> {
  let id = '';
  await until(async () => {
    const order = await adapter.sendOrder({ ...profile.orders!.resting });
    if (order.outcome === 'acknowledged') id = order.clientOrderId;
    return id !== '';
  }, 'an order with the new session');
  return id;
}

/** Where the venue says that this connection is about to end, it is replaced before it does, and nothing is missed. */
async function announced(stage: Stage): Promise<void> {
  const { adapter, record } = await stage.flowing({
    topics: [...stage.topics, ...(stage.profile.noticeTopics ?? [])],
  });
  const epochs = () => adapter.sockets.map(({ name, epoch }) => `${name} ${epoch}`);
  const before = epochs();
  stage.exchange.inject({ kind: 'planned-stop' });
  await until(() => record.notices.some(({ kind }) => PLANNED.includes(kind)), 'the notice');
  assert.deepEqual(record.problems, []);
  if (!record.notices.some(({ kind }) => kind === 'planned-stop')) return;
  await until(() => record.rotations.length > 0, 'a connection that takes the place of the old one');
  await until(() => adapter.state === 'ready', 'READY');
  assert.notDeepEqual(epochs(), before);
  await flow(record);
  assert.deepEqual(record.gaps, []);
}
