// The diagnostics channels: one table that names each of them and each field, and the one function that publishes.
// Without a listener a message is not even made.
import { type Channel, channel } from 'node:diagnostics_channel';
import type { TelemetryMessages } from './messages.js';

/** Name of a channel without its prefix. */
export type TelemetryName = keyof TelemetryMessages;

/** What a channel is, and what its messages hold. */
export interface ChannelDescription<Message> {
  /** When a message comes: completes "when …". */
  readonly about: string;
  /** What each field holds, with its unit. */
  readonly fields: { readonly [Field in keyof Message]-?: string };
}

const origin = { adapter: 'name of the adapter', exchange: 'name of the exchange' };
const socket = { ...origin, socket: 'name of the socket in its venue, `main` where there is one' };
const epoch = { epoch: 'number of the connection' };
const request = {
  ...socket,
  ...epoch,
  call: '`order`, `edit`, `cancel`, `cancel-all`, or the method of the request',
  outcome: '`acknowledged`, `rejected`, `not-sent` or `unknown`',
  ms: 'ms from the call to its outcome',
  code: 'error code, where it was not acknowledged',
};

/** Every channel and every field. docs/telemetry.md lists the same; a test compares. */
export const telemetryChannels: {
  readonly [Name in TelemetryName]: ChannelDescription<TelemetryMessages[Name]>;
} = {
  connection: {
    about: 'a connection begins, opens, ends',
    fields: {
      ...socket,
      ...epoch,
      event: '`opening`, `open` or `exit`',
      threadId: 'id of its thread; with `open` and `exit`',
      handshakeMs: 'ms that the handshake took; with `open`',
      code: 'exit reason; with `exit`',
      exitCode: 'exit code of the thread; with `exit`',
      reason: 'what happened, in words; with `exit`',
      retryable: 'whether connecting again can help; with `exit`',
      aliveMs: 'ms from its beginning to its end; with `exit`',
      frames: 'frames received; with `exit`',
    },
  },
  transition: {
    about: 'the state of a connection changes',
    fields: {
      ...socket,
      ...epoch,
      state: 'the new state',
      step: 'the step of the restore, in state `restoring`',
      attempt: 'connects in a row that did not lead to a READY that held',
      reason: 'why: an exit reason or an error code',
      delayMs: 'ms until the next connect, in state `waiting`',
    },
  },
  'restore-step': {
    about: 'a step of a restore ends',
    fields: {
      ...socket,
      ...epoch,
      step: 'name of the step',
      outcome: '`done` or `failed`',
      ms: 'ms it took',
    },
  },
  login: {
    about: 'a login of a restore ends',
    fields: { ...socket, ...epoch, outcome: '`accepted`, `refused` or `failed`', ms: 'ms it took' },
  },
  restored: {
    about: 'a restore reaches READY',
    fields: {
      ...socket,
      ...epoch,
      totalMs: 'ms from the start of the thread to READY',
      downMs: 'ms from the death before to READY; not at the first connect',
      restored: 'topics that are confirmed',
      failed: 'topics that were refused',
      quarantined: 'topics that are not tried any more',
      unknown: 'requests whose outcome was unknown',
    },
  },
  heartbeat: {
    about: 'a sign of life comes, or does not',
    fields: {
      ...socket,
      ...epoch,
      event: '`answered` or `missed`',
      ms: 'ms from the ping to its answer; not where the venue pings',
    },
  },
  request: { about: 'a request of the bot is settled', fields: request },
  order: {
    about: 'a call that changes orders is settled',
    fields: {
      ...request,
      clientOrderId: "the bot's own id",
      orderId: "the venue's id",
      symbol: 'the instrument',
    },
  },
  gap: {
    about: 'events of a topic can be missing',
    fields: {
      ...origin,
      ...epoch,
      topic: 'the topic',
      reason: '`exit`, `overflow`, `sequence`, `resubscribed`, `revoked` or `stale`',
      fromSequence: 'last sequence before it, where known',
      toSequence: 'first sequence after it, where known',
      dropped: 'frames that the library dropped itself',
    },
  },
  overflow: {
    about: 'a bounded queue was full',
    fields: {
      ...origin,
      ...epoch,
      effect: '`gap` where events were dropped, `exit` where the connection ended',
      topic: 'the topic; with `gap`',
      dropped: 'frames that were dropped; with `gap`',
    },
  },
  rate: {
    about: 'a rate budget makes somebody wait',
    fields: {
      ...socket,
      what: '`requests` or `connects`',
      event: '`held`, `released`, `refused` (too many wait) or `paused` (the venue said "too fast")',
      ms: 'ms that it waited (`released`), or that nothing goes out (`paused`)',
    },
  },
  rotation: {
    about: 'a connection was replaced by another one without a pause',
    fields: {
      ...socket,
      ...epoch,
      previousEpoch: 'number of the connection that was replaced',
      readyMs: 'ms from the start of the new thread to READY',
      overlapMs: 'ms that both were connected',
      duplicatesDropped: 'events that both brought, told once',
      unanswered: 'requests that ended as `unknown`',
      isTakeover: 'true where the old one died before it could be replaced',
      openOrders: '`untouched`, `kept` or `cancelled`',
    },
  },
  'book-resync': {
    about: 'an order book has a hole and begins anew',
    fields: { ...socket, ...epoch, topic: 'the topic' },
  },
  silence: {
    about: 'a topic goes silent, or is back',
    fields: {
      ...origin,
      topic: 'the topic',
      event: '`stalled` or `recovered`',
      silentMs: 'ms without data',
    },
  },
  fleet: {
    about: 'a fleet does something',
    fields: {
      fleet: 'name of the fleet',
      event: '`added`, `replaced`, `removed`, `restarting`, `gave-up` or `state`',
      adapter: 'name of the adapter; not with `state`',
      reason: 'error code; with `restarting` and `gave-up`',
      delayMs: 'ms until the next try; with `restarting`',
      state: 'the new state of the fleet; with `state`',
    },
  },
};

/** Every channel's name starts with this: `bulkhead-ws:connection`. */
export const CHANNEL_PREFIX = 'bulkhead-ws:';

const names = Object.keys(telemetryChannels) as readonly TelemetryName[];
const channels = Object.fromEntries(names.map((name) => [name, channel(CHANNEL_PREFIX + name)])) as Record<
  TelemetryName,
  Channel
>;

/** Whether anybody listens. */
export function isHeard(name: TelemetryName): boolean {
  return channels[name].hasSubscribers;
}

/** Publishes what `make` returns; without a listener it is not called. */
export function publish<Name extends TelemetryName>(name: Name, make: () => TelemetryMessages[Name]): void {
  const target = channels[name];
  if (target.hasSubscribers) target.publish(make());
}
