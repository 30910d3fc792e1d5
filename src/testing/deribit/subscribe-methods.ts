// Subscribing and unsubscribing, public and private.
// https://docs.deribit.com/articles/notifications
import type { Account } from './accounts.js';
import { isPrivateChannel, isRawChannel } from './channels.js';
import type { Call, Methods } from './method.js';
import { rawNeedsLogin } from './rpc-error.js';

const longestLabel = 16;

export const subscribeMethods: Methods = {
  'public/subscribe': { cost: 'subscribe', run: (call) => subscribe(call, undefined) },
  'private/subscribe': {
    cost: 'subscribe',
    right: 'account:none',
    run: (call) => subscribe(call, call.caller),
  },
  'public/unsubscribe': { cost: 'non-matching', run: unsubscribe },
  'private/unsubscribe': { cost: 'non-matching', right: 'account:none', run: unsubscribe },
  'public/unsubscribe_all': { cost: 'non-matching', run: (call) => unsubscribeAll(call, false) },
  'private/unsubscribe_all': {
    cost: 'non-matching',
    right: 'account:none',
    run: (call) => unsubscribeAll(call, true),
  },
};

function subscribe(call: Call, account: Account | undefined): unknown {
  const { world, session, params } = call;
  const channels = params.textList('channels');
  const label = params.optionalText('label', longestLabel);
  if (call.caller === undefined && channels.some(isRawChannel)) throw rawNeedsLogin();
  const outcome = world.subscriptions.subscribe(session, channels, account, label);
  const { confirmed, refused } = outcome;
  const connection = session.connection.id;
  world.journal.record({ kind: 'subscribed', connection, topics: confirmed, refused });
  call.afterAnswer(() => outcome.greet());
  return confirmed;
}

function unsubscribe({ world, session, params }: Call): unknown {
  const topics = world.subscriptions.unsubscribe(session, params.textList('channels'));
  world.journal.record({ kind: 'unsubscribed', connection: session.connection.id, topics });
  return topics;
}

function unsubscribeAll({ world, session }: Call, isPrivate: boolean): unknown {
  const channels = [...session.channels.keys()].filter((channel) => isPrivateChannel(channel) === isPrivate);
  const topics = world.subscriptions.unsubscribe(session, channels);
  world.journal.record({ kind: 'unsubscribed', connection: session.connection.id, topics });
  return 'ok';
}
