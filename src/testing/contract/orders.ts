// Promises about orders: each call ends in one of four outcomes, and `unknown` has a way out.
import assert from 'node:assert/strict';
import { isBulkheadError } from '../../errors.js';
import type { UnknownRequest } from '../../adapter/messages.js';
import type { VenueProfile } from './profile.js';
import { type ContractPromise, NO_ACCOUNT, promise } from './promises.js';
import { type ContractSimulator, onStage, type Stage } from './stage.js';
import { until } from './wait.js';

const SHORT_MS = 400;

export function orderPromises(
  profile: VenueProfile,
  simulator: ContractSimulator,
): readonly ContractPromise[] {
  const { lacks } = profile;
  const play = (act: (stage: Stage) => Promise<void>) => () => onStage(profile, simulator, act);
  const noAccount = profile.account === undefined ? NO_ACCOUNT : undefined;
  if (profile.orders === undefined) {
    const words = 'an order is a typed `unsupported` error where the venue takes none over the socket';
    return [promise(words, noAccount, play(unsupported))];
  }
  return [
    promise('an order is acknowledged, and cancelled', lacks.orders, play(acknowledged)),
    promise(
      'an order that the venue refuses is rejected, with the code of the venue',
      lacks.orders,
      play(rejected),
    ),
    promise('an order whose answer is lost is unknown', lacks.orders, play(lostAnswer)),
    promise('an order whose connection dies is unknown and handed to onReconcile', lacks.orders, play(died)),
    promise('an order is not sent while there is no connection', lacks.orders, play(notSent)),
    promise('an order is found again by the id of the bot', lacks.orders ?? lacks.lookup, play(lookedUp)),
  ];
}

async function unsupported(stage: Stage): Promise<void> {
  const { adapter } = stage.adapter();
  await adapter.connect();
  const order = { symbol: 'ANY', side: 'buy', type: 'limit', amount: 1, price: 1 } as const;
  const error: unknown = await adapter.sendOrder(order).catch((reason: unknown) => reason);
  assert.ok(isBulkheadError(error), `sendOrder ended with ${JSON.stringify(error)}`);
  assert.equal(error.code, 'unsupported');
}

async function acknowledged(stage: Stage): Promise<void> {
  const { adapter } = await trading(stage);
  const { resting } = stage.profile.orders!;
  const placed = await adapter.sendOrder(resting);
  assert.equal(placed.outcome, 'acknowledged', words(placed));
  assert.equal(stage.exchange.orders(stage.account!.id).length, 1);
  const { clientOrderId } = placed;
  const orderId = placed.outcome === 'acknowledged' ? placed.order?.orderId : undefined;
  const reference = { clientOrderId, symbol: resting.symbol, ...(orderId === undefined ? {} : { orderId }) };
  const cancelled = await adapter.cancelOrder(reference);
  assert.equal(cancelled.outcome, 'acknowledged', words(cancelled));
  const again = await adapter.cancelOrder(reference);
  assert.equal(again.outcome, 'rejected', 'an order that is gone was cancelled again');
}

async function rejected(stage: Stage): Promise<void> {
  const { adapter } = await trading(stage);
  const placed = await adapter.sendOrder(stage.profile.orders!.refused);
  assert.equal(placed.outcome, 'rejected', words(placed));
  const { venueCode } = placed.outcome === 'rejected' ? (placed.error.detail as { venueCode?: unknown }) : {};
  assert.equal(typeof venueCode, 'string');
}

async function lostAnswer(stage: Stage): Promise<void> {
  const { resting, method } = stage.profile.orders!;
  const { adapter } = await trading(stage);
  stage.exchange.inject({ kind: 'lose-answer', method });
  const placed = await adapter.sendOrder(resting, { timeoutMs: SHORT_MS });
  assert.equal(placed.outcome, 'unknown', words(placed));
  assert.equal(stage.exchange.orders(stage.account!.id).length, 1);
  assert.equal(adapter.state, 'ready');
}

async function died(stage: Stage): Promise<void> {
  const { resting, method } = stage.profile.orders!;
  const handed: UnknownRequest[] = [];
  const { adapter, record } = await trading(stage, (unknown) => void handed.push(...unknown));
  stage.exchange.inject({ kind: 'drop-on', method, when: 'after-execution', by: 'rst' });
  const placed = await adapter.sendOrder(resting);
  assert.equal(placed.outcome, 'unknown', words(placed));
  await until(() => record.exits.length > 0 && adapter.state === 'ready', 'READY again');
  assert.deepEqual(
    handed.map(({ clientOrderId }) => clientOrderId),
    [placed.clientOrderId],
  );
  assert.equal(stage.exchange.orders(stage.account!.id).length, 1);
}

async function notSent(stage: Stage): Promise<void> {
  const { resting } = stage.profile.orders!;
  const { adapter } = stage.adapter();
  const placed = await adapter.sendOrder(resting);
  assert.equal(placed.outcome, 'not-sent', words(placed));
  assert.deepEqual(stage.exchange.orders(stage.account!.id), []);
}

async function lookedUp(stage: Stage): Promise<void> {
  const { resting, method } = stage.profile.orders!;
  const { adapter } = await trading(stage);
  stage.exchange.inject({ kind: 'lose-answer', method });
  const { clientOrderId } = await adapter.sendOrder(resting, { timeoutMs: SHORT_MS });
  const found = await adapter.lookupOrder({ clientOrderId, symbol: resting.symbol });
  assert.equal(found.length, 1);
  assert.equal(found[0]?.state, 'open');
  const nobodys = { clientOrderId: clientOrderId.split('').reverse().join(''), symbol: resting.symbol };
  const missing: unknown = await adapter.lookupOrder(nobodys).catch((error: unknown) => error);
  if (Array.isArray(missing)) assert.deepEqual(missing, []);
  else assert.ok(isBulkheadError(missing) && missing.code === 'request-rejected', String(missing));
}

async function trading(stage: Stage, onReconcile: (unknown: readonly UnknownRequest[]) => void = () => {}) {
  const made = stage.adapter({ onReconcile });
  await made.adapter.connect();
  return made;
}

function words(outcome: { readonly outcome: string; readonly error?: Error }): string {
  return `${outcome.outcome}: ${outcome.error?.message ?? 'no error'}`;
}
