// Methods that concern the connection itself: hello, clock, test, status, heartbeat.
import { Heartbeat } from './heartbeat.js';
import type { Call, Methods } from './method.js';
import { invalidParameter, RpcError } from './rpc-error.js';

const version = { version: '1.2.26' };

export const sessionMethods: Methods = {
  'public/hello': {
    cost: 'non-matching',
    run: ({ params }) => {
      params.text('client_name');
      params.text('client_version');
      return version;
    },
  },
  'public/get_time': { cost: 'non-matching', run: ({ world }) => world.clock.milliseconds() },
  'public/status': { cost: 'non-matching', run: () => ({ locked: 'false', locked_currencies: [] }) },
  'public/test': { cost: 'non-matching', run: test },
  'public/set_heartbeat': { cost: 'non-matching', run: setHeartbeat },
  'public/disable_heartbeat': {
    cost: 'non-matching',
    run: ({ session }) => {
      session.heartbeat?.stop();
      session.heartbeat = undefined;
      return 'ok';
    },
  },
};

function test({ session, params }: Call): unknown {
  session.heartbeat?.answered();
  if (params.optionalText('expected_result') === 'exception')
    throw new RpcError(11030, 'other_reject exception');
  return version;
}

function setHeartbeat({ world, session, params }: Call): unknown {
  const interval = params.number('interval');
  const shortest = world.settings.minHeartbeatSeconds;
  if (interval < shortest) throw invalidParameter('interval', `must be at least ${shortest}`);
  session.heartbeat?.stop();
  session.heartbeat = new Heartbeat(session.connection, world.clock, interval, () => {
    session.connection.close(4000, 'heartbeat close');
  });
  return 'ok';
}
