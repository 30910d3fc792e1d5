// The simulated OKX as its sockets speak: text pings, an acknowledgement for each topic, errors without an address.
import { createHmac } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { PaperDialect, PaperSession, PaperWorld } from '../kit/paper/dialect.js';
import type { PaperMarket } from '../kit/paper/market.js';
import { WireFrame } from '../kit/wire-frame.js';
import * as frames from './frames.js';
import { carryOut, instIdCodeOf } from './orders.js';

type Message = Readonly<Record<string, unknown>>;

const accountChannels = [
  'account',
  'positions',
  'balance_and_position',
  'orders',
  'fills',
  'liquidation-warning',
];
const loginLifeMs = 30_000;
const orderOps = [
  'order',
  'batch-orders',
  'cancel-order',
  'batch-cancel-orders',
  'amend-order',
  'batch-amend-orders',
];
const singleOps: Readonly<Record<string, string>> = {
  'batch-orders': 'order',
  'batch-cancel-orders': 'cancel-order',
  'batch-amend-orders': 'amend-order',
};

export function okxDialect(world: PaperWorld): PaperDialect {
  const marketOf = (_session: PaperSession, topic: string): PaperMarket | undefined => {
    const { channel = '', instId } = frames.argumentOf(topic);
    if (!frames.marketChannels.includes(channel)) return undefined;
    return world.markets.find(({ instrument }) => instrument.symbol === instId);
  };
  const speaker = new OkxSpeaker(world, marketOf);
  return {
    name: 'okx',
    paths: ['/ws/v5/public', '/ws/v5/private', '/ws/v5/business'],
    idleMs: 30_000,
    quiet: { everyMs: 60_000, event: frames.quietEvent },
    onText: (session, text) => speaker.onText(session, text),
    onIdle: ({ connection }) => connection.close(4004, 'No data received in 30s.'),
    marketOf,
    marketEvents: frames.marketEvents,
    orderEvents: (topic, order) => frames.orderEvents(topic, order, order.account),
    fillEvents: (topic, fill) => frames.fillEvents(topic, fill, fill.order.account),
    writeOrder: frames.writeOrder,
    onRequest: (request, response) => answerHttp(world, request, response),
    announceStop: ({ connection }) => {
      const msg = 'The connection will soon be closed for a service upgrade. Please reconnect.';
      connection.notify(JSON.stringify({ event: 'notice', code: '64008', msg, connId: connection.id }));
    },
    onRevoked({ connection }, topic) {
      const { channel = '' } = frames.argumentOf(topic);
      if (!accountChannels.includes(channel)) return;
      const event = { event: 'channel-conn-count-error', channel, connCount: '30', connId: connection.id };
      connection.notify(JSON.stringify(event));
    },
    closeSlowConsumer: (connection) => connection.close(4005, 'Buffer is full, cannot write data'),
    malformed: '{"arg":{"channel":"trades","instId":"BTC-',
  };
}

class OkxSpeaker {
  readonly #world: PaperWorld;
  readonly #marketOf: PaperDialect['marketOf'];

  constructor(world: PaperWorld, marketOf: PaperDialect['marketOf']) {
    this.#world = world;
    this.#marketOf = marketOf;
  }

  onText(session: PaperSession, text: string): void {
    const { connection } = session;
    if (text === 'ping') return connection.answer('ping', 'pong');
    const message = parse(text);
    const op = message?.['op'];
    if (message === undefined || typeof op !== 'string' || !Array.isArray(message['args'])) {
      return this.#refuse(session, 'invalid', '60012', `Invalid request: ${text}`, message?.['id']);
    }
    this.#world.journal.record({ kind: 'request', connection: connection.id, method: op });
    const interception = connection.intercept(op);
    if (interception.action === 'swallow') return;
    if (interception.action === 'fail') return this.#fail(session, op, message, interception);
    const args = message['args'] as readonly Message[];
    if (op === 'login') return this.#login(session, args[0] ?? {});
    if (op === 'subscribe') return this.#subscribe(session, args, message['id']);
    if (op === 'unsubscribe') return this.#unsubscribe(session, args, message['id']);
    if (orderOps.includes(op)) return this.#order(session, op, args, message['id']);
    this.#refuse(session, op, '60019', `Invalid OP: ${op}`, message['id']);
  }

  #fail(
    session: PaperSession,
    op: string,
    message: Message,
    how: { readonly code: number | string; readonly message: string },
  ): void {
    const code = String(how.code);
    if (!orderOps.includes(op)) return this.#refuse(session, op, code, how.message, message['id']);
    this.#answerOrder(session, op, message['id'], code, how.message, []);
  }

  #login(session: PaperSession, args: Message): void {
    const { connection } = session;
    const { clock, accounts, journal } = this.#world;
    const { apiKey, passphrase, timestamp, sign } = args;
    const account = accounts.get(String(apiKey));
    const expected =
      account &&
      createHmac('sha256', account.secret)
        .update(`${String(timestamp)}GET/users/self/verify`)
        .digest('base64');
    const isLate = !(Math.abs(clock.milliseconds() - Number(timestamp) * 1000) < loginLifeMs);
    const problem =
      account === undefined
        ? ['60005', 'Invalid apiKey']
        : isLate
          ? ['60006', 'Timestamp request expired']
          : sign !== expected
            ? ['60007', 'Invalid sign']
            : passphrase !== account.passphrase
              ? ['60024', 'Wrong passphrase']
              : undefined;
    const granted = problem === undefined && session.account === undefined;
    journal.record({
      kind: 'login',
      connection: connection.id,
      account: String(apiKey),
      granted,
      how: 'login',
    });
    const [code, msg] = problem ?? (granted ? ['0', ''] : ['60031', 'The WebSocket has logged in already']);
    const event = { event: code === '0' ? 'login' : 'error', code, msg, connId: connection.id };
    if (granted) session.account = connection.account = String(apiKey);
    connection.answer('login', JSON.stringify(event));
    if (problem !== undefined) connection.close(4001, 'Login Failed');
  }

  #subscribe(session: PaperSession, args: readonly Message[], id: unknown): void {
    for (const given of args) {
      const argument = textsOf(given);
      const problem = this.#problemOf(session, argument);
      if (problem === undefined) this.#join(session, argument, id);
      // Told without an id, as it was seen on the wire.
      else this.#refuse(session, 'subscribe', problem[0], problem[1], undefined);
    }
  }

  #join(session: PaperSession, argument: frames.Argument, id: unknown): void {
    const { connection } = session;
    const topic = frames.topicOf(argument);
    const isNew = !session.topics.has(topic);
    this.#acknowledge(session, 'subscribe', argument, id);
    session.topics.add(topic);
    this.#world.journal.record({
      kind: 'subscribed',
      connection: connection.id,
      topics: [frames.topicOf(argument)],
      refused: [],
    });
    const { channel = '' } = argument;
    if (accountChannels.includes(channel)) {
      connection.notify(
        JSON.stringify({ event: 'channel-conn-count', channel, connCount: '1', connId: connection.id }),
      );
    }
    // A duplicate is acknowledged and brings no new snapshot.
    const market = isNew ? this.#marketOf(session, topic) : undefined;
    const event = market && frames.snapshotEvent(topic, market, this.#world.clock.milliseconds());
    if (event !== undefined) connection.event(topic, new WireFrame(event.text), event.sequence);
  }

  #problemOf(
    session: PaperSession,
    argument: frames.Argument,
  ): readonly [code: string, message: string] | undefined {
    const { connection } = session;
    const { channel = '' } = argument;
    const isPrivate = accountChannels.includes(channel);
    const name = frames.topicOf(argument);
    const words = Object.entries(argument).map(([key, value]) => `${key}:${value}`);
    const refusal = this.#world.faults().take('refuse-topic', connection.id, (fault) => fault.topic === name);
    const exists = isPrivate
      ? connection.path.endsWith('/private')
      : connection.path.endsWith('/public') &&
        this.#marketOf(session, frames.topicOf(argument)) !== undefined;
    if (refusal !== undefined || !exists) {
      return [
        '60018',
        `Wrong URL or ${words.join(',')} doesn't exist. Please use the correct URL, channel and parameters referring to API document.`,
      ];
    }
    const needsLogin = isPrivate || channel.endsWith('-l2-tbt');
    return needsLogin && session.account === undefined ? ['60011', 'Please log in'] : undefined;
  }

  #unsubscribe(session: PaperSession, args: readonly Message[], id: unknown): void {
    for (const given of args) {
      const argument = textsOf(given);
      session.topics.delete(frames.topicOf(argument));
      this.#acknowledge(session, 'unsubscribe', argument, id);
      this.#world.journal.record({
        kind: 'unsubscribed',
        connection: session.connection.id,
        topics: [frames.topicOf(argument)],
      });
    }
  }

  #order(session: PaperSession, op: string, args: readonly Message[], id: unknown): void {
    if (session.account === undefined) return this.#refuse(session, op, '60011', 'Please log in', id);
    if (typeof id !== 'string' || args.length === 0)
      return this.#answerOrder(session, op, id, '60013', 'Invalid args', []);
    const results = args.map((params) => carryOut(this.#world, session, singleOps[op] ?? op, params));
    const bad = results.filter(({ part }) => part.sCode !== '0').length;
    const code = bad === 0 ? '0' : bad === results.length ? '1' : '2';
    this.#answerOrder(
      session,
      op,
      id,
      code,
      '',
      results.map(({ part }) => part),
    );
    for (const { later } of results) later?.();
  }

  #answerOrder(
    { connection }: PaperSession,
    op: string,
    id: unknown,
    code: string,
    msg: string,
    parts: readonly object[],
  ): void {
    const { clock } = this.#world;
    const data = parts.map((part) => ({ ...part, tag: '', ts: String(clock.milliseconds()) }));
    const inTime = String(clock.microseconds());
    connection.answer(op, JSON.stringify({ id, op, data, code, msg, inTime, outTime: inTime }));
  }

  #acknowledge({ connection }: PaperSession, event: string, arg: frames.Argument, id: unknown): void {
    connection.answer(event, JSON.stringify({ id, event, arg, connId: connection.id }));
  }

  #refuse({ connection }: PaperSession, method: string, code: string, msg: string, id: unknown): void {
    this.#world.journal.record({ kind: 'error-answered', connection: connection.id, method, code });
    connection.answer(method, JSON.stringify({ id, event: 'error', code, msg, connId: connection.id }));
  }
}

function textsOf(argument: Message): frames.Argument {
  const texts = Object.entries(argument).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  return Object.fromEntries(texts);
}

/** The HTTP twin: the table of instruments. */
function answerHttp(world: PaperWorld, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
  if (pathname !== '/api/v5/public/instruments') return void response.writeHead(404).end();
  const listed = world.markets.filter(
    ({ instrument }) => instrument.category === searchParams.get('instType'),
  );
  const data = listed.map((market) => {
    const { symbol, category, tickSize, lotSize } = market.instrument;
    const sizes = { tickSz: String(tickSize), lotSz: String(lotSize), minSz: String(lotSize) };
    return {
      instType: category,
      instId: symbol,
      instIdCode: instIdCodeOf(world, market),
      ...sizes,
      state: 'live',
    };
  });
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ code: '0', msg: '', data }));
}

function parse(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Message) : undefined;
  } catch {
    return undefined;
  }
}
