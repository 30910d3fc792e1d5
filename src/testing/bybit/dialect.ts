// The simulated Bybit as its sockets speak: three envelopes, five pongs, subscribe calls that fail as a whole.
import { createHmac } from 'node:crypto';
import type { PaperDialect, PaperSession, PaperWorld } from '../kit/paper/dialect.js';
import type { PaperMarket } from '../kit/paper/market.js';
import { WireFrame } from '../kit/wire-frame.js';
import {
  fillEvents,
  marketEvents,
  orderEvents,
  quietEvent,
  snapshotEvent,
  topicParts,
  writeOrder,
} from './frames.js';
import { carryOut } from './orders.js';

type Message = Readonly<Record<string, unknown>>;

const categories = ['linear', 'spot', 'inverse', 'option'];
const accountTopic =
  /^(?:(?:order|position|execution(?:\.fast)?)(?:\.(?:linear|spot|inverse|option))?|wallet|greeks|dcp\.\w+)$/;
const mostSpotArguments = 10;
const mostTimestampLead = 1000;

const kindOf = ({ connection }: PaperSession): string =>
  connection.path.slice(connection.path.lastIndexOf('/') + 1);
const idOf = (message: Message): string | undefined => {
  const id = message['req_id'] ?? message['reqId'];
  return typeof id === 'string' ? id : undefined;
};

export function bybitDialect(world: PaperWorld): PaperDialect {
  const marketOf = (session: PaperSession, topic: string): PaperMarket | undefined => {
    const { family, depth, symbol } = topicParts(topic);
    const category = kindOf(session);
    const depths = category === 'option' ? [25, 100] : [1, 50, 200, 1000];
    if (family === 'orderbook' ? !depths.includes(depth) : family !== 'publicTrade' && family !== 'tickers')
      return undefined;
    return world.markets.find(
      ({ instrument }) => instrument.category === category && instrument.symbol === symbol,
    );
  };
  const speaker = new BybitSpeaker(world, marketOf);
  return {
    name: 'bybit',
    paths: [...categories.map((category) => `/v5/public/${category}`), '/v5/private', '/v5/trade'],
    idleMs: 600_000,
    quiet: { everyMs: 3000, event: quietEvent },
    onText: (session, text) => speaker.onText(session, text),
    onIdle: ({ connection }) => connection.drop('fin'),
    marketOf,
    marketEvents,
    orderEvents,
    fillEvents,
    writeOrder,
    onRequest: (_request, response) => void response.writeHead(404).end(),
    /** Told by 10019 on the next request of the trade socket. */
    announceStop: () => {},
    onRevoked: () => {},
    closeSlowConsumer: (connection) => connection.drop('fin'),
    malformed: '{"topic":"publicTrade.BTCU',
  };
}

class BybitSpeaker {
  readonly #world: PaperWorld;
  readonly #marketOf: PaperDialect['marketOf'];

  constructor(world: PaperWorld, marketOf: PaperDialect['marketOf']) {
    this.#world = world;
    this.#marketOf = marketOf;
  }

  onText(session: PaperSession, text: string): void {
    const message = parse(text);
    const { connection } = session;
    if (message === undefined) return connection.notify('Failed to decode incoming data: invalid character');
    const op = String(message['op']);
    this.#world.journal.record({
      kind: 'request',
      connection: connection.id,
      method: op,
      ...idEntry(message),
    });
    const interception = connection.intercept(op);
    if (interception.action === 'swallow') return;
    if (interception.action === 'fail') {
      return this.#refuse(session, message, Number(interception.code), interception.message);
    }
    this.#carryOut(session, op, message);
  }

  #carryOut(session: PaperSession, op: string, message: Message): void {
    const kind = kindOf(session);
    if (op === 'ping') return this.#pong(session, message);
    if (op === 'auth' && !categories.includes(kind)) return this.#login(session, message);
    if (kind === 'trade') return this.#order(session, op, message);
    if (op === 'subscribe') return this.#subscribe(session, message);
    if (op === 'unsubscribe') return this.#unsubscribe(session, message);
    this.#refuse(session, message, 10404, 'error:invalid op');
  }

  #pong(session: PaperSession, message: Message): void {
    const { connection } = session;
    const now = String(this.#world.clock.milliseconds());
    const kind = kindOf(session);
    const id = message['req_id'];
    const pongs: Readonly<Record<string, object>> = {
      spot: { success: true, ret_msg: 'pong', conn_id: connection.id, op: 'ping' },
      option: { args: [now], op: 'pong' },
      private: {
        ...(id === undefined ? {} : { req_id: id }),
        op: 'pong',
        args: [now],
        conn_id: connection.id,
      },
      trade: { retCode: 0, retMsg: 'OK', op: 'pong', data: [now], connId: connection.id },
    };
    const pong = pongs[kind] ?? {
      success: true,
      ret_msg: 'pong',
      conn_id: connection.id,
      req_id: id ?? '',
      op: 'ping',
    };
    connection.answer('ping', JSON.stringify(pong));
  }

  #login(session: PaperSession, message: Message): void {
    const { connection } = session;
    const [key, expires, signature] = Array.isArray(message['args']) ? (message['args'] as unknown[]) : [];
    const account = this.#world.accounts.get(String(key));
    const good =
      account &&
      createHmac('sha256', account.secret)
        .update(`GET/realtime${String(expires)}`)
        .digest('hex');
    const isLate = !(typeof expires === 'number' && expires > this.#world.clock.milliseconds());
    const granted = !isLate && account !== undefined && signature === good;
    this.#world.journal.record({
      kind: 'login',
      connection: connection.id,
      account: String(key),
      granted,
      how: 'auth',
    });
    if (!granted) {
      const [code, text] = isLate
        ? [10001, 'Params Error']
        : account === undefined
          ? [10003, 'Invalid apikey']
          : [10004, 'error:verify signature fail'];
      return this.#refuse(session, message, code as number, text as string);
    }
    session.account = account.apiKey;
    connection.account = account.apiKey;
    this.#accept(session, message, '');
  }

  #subscribe(session: PaperSession, message: Message): void {
    const args = Array.isArray(message['args']) ? message['args'].map(String) : [];
    const kind = kindOf(session);
    if (kind === 'spot' && args.length > mostSpotArguments)
      return this.#refuse(session, message, 10001, 'args size >10');
    if (kind === 'private' && session.account === undefined)
      return this.#refuse(session, message, 10003, 'error:not authorized');
    const bad = args.filter((topic) => !this.#exists(session, topic));
    const duplicate = args.find((topic) => session.topics.has(topic));
    if (kind === 'option') return this.#subscribeOptions(session, args, bad);
    if (bad[0] !== undefined)
      return this.#refuse(session, message, 10001, `error:handler not found,topic:${bad[0]}`);
    if (duplicate !== undefined)
      return this.#refuse(session, message, 10001, `error:already subscribed,topic:${duplicate}`);
    this.#join(session, args, () => this.#accept(session, message, kind === 'spot' ? 'subscribe' : ''));
  }

  #subscribeOptions(session: PaperSession, args: readonly string[], failTopics: readonly string[]): void {
    const successTopics = args.filter((topic) => !failTopics.includes(topic));
    const answer = {
      success: true,
      conn_id: session.connection.id,
      data: { failTopics, successTopics },
      type: 'COMMAND_RESP',
    };
    this.#join(session, successTopics, () => session.connection.answer('subscribe', JSON.stringify(answer)));
  }

  /** First snapshots can overtake the acknowledgement: half of the time they do. */
  #join(session: PaperSession, topics: readonly string[], acknowledge: () => void): void {
    const { random, clock, journal } = this.#world;
    const isEarly = random.next() < 0.5;
    if (!isEarly) acknowledge();
    for (const topic of topics) {
      const market = this.#marketOf(session, topic);
      const event = market && snapshotEvent(topic, market, clock.milliseconds());
      session.topics.add(topic);
      if (event !== undefined) session.connection.event(topic, new WireFrame(event.text), event.sequence);
    }
    journal.record({ kind: 'subscribed', connection: session.connection.id, topics, refused: [] });
    if (isEarly) acknowledge();
  }

  #unsubscribe(session: PaperSession, message: Message): void {
    const args = Array.isArray(message['args']) ? message['args'].map(String) : [];
    const topics = args.filter((topic) => session.topics.delete(topic));
    this.#world.journal.record({ kind: 'unsubscribed', connection: session.connection.id, topics });
    if (kindOf(session) === 'option') return this.#subscribeOptionsAnswer(session, args);
    this.#accept(session, message, '');
  }

  #subscribeOptionsAnswer({ connection }: PaperSession, successTopics: readonly string[]): void {
    const data = { failTopics: [], successTopics };
    connection.answer(
      'unsubscribe',
      JSON.stringify({ success: true, conn_id: connection.id, data, type: 'COMMAND_RESP' }),
    );
  }

  #exists(session: PaperSession, topic: string): boolean {
    const { connection } = session;
    const refused = this.#world
      .faults()
      .take('refuse-topic', connection.id, (fault) => fault.topic === topic);
    if (refused !== undefined) return false;
    return kindOf(session) === 'private'
      ? accountTopic.test(topic)
      : this.#marketOf(session, topic) !== undefined;
  }

  #order(session: PaperSession, op: string, message: Message): void {
    const { clock } = this.#world;
    const id = idOf(message) ?? '';
    const header = message['header'] as Message | undefined;
    const sentAt = Number(header?.['X-BAPI-TIMESTAMP']);
    const window = Number(header?.['X-BAPI-RECV-WINDOW'] ?? 5000);
    const now = clock.milliseconds();
    if (session.account === undefined) return this.#refuse(session, message, 10003, 'not authorized');
    if (this.#world.isStopping())
      return this.#refuse(session, message, 10019, 'ws trade service is restarting');
    if (!(sentAt >= now - window && sentAt < now + mostTimestampLead))
      return this.#refuse(session, message, 10002, 'timestamp or recv_window');
    if (id !== '' && session.usedIds.has(id))
      return this.#refuse(session, message, 20006, 'reqId is duplicate');
    session.usedIds.add(id);
    const [params] = Array.isArray(message['args']) ? (message['args'] as unknown[]) : [];
    const result = carryOut(this.#world, session, op, (params ?? {}) as Message);
    if ('code' in result) return this.#refuse(session, message, result.code, result.message);
    this.#answerTrade(session, message, 0, 'OK', result.data);
    result.later();
  }

  #accept(session: PaperSession, message: Message, text: string): void {
    if (kindOf(session) === 'trade') return this.#answerTrade(session, message, 0, 'OK');
    this.#answer(session, message, true, text);
  }

  #refuse(session: PaperSession, message: Message, code: number, text: string): void {
    const method = String(message['op']);
    this.#world.journal.record({ kind: 'error-answered', connection: session.connection.id, method, code });
    if (kindOf(session) === 'trade') return this.#answerTrade(session, message, code, text, {});
    this.#answer(session, message, false, text);
  }

  #answer({ connection }: PaperSession, message: Message, success: boolean, text: string): void {
    const id = idOf(message);
    const body = {
      success,
      ret_msg: text,
      conn_id: connection.id,
      ...(id === undefined ? {} : { req_id: id }),
      op: message['op'],
    };
    connection.answer(String(message['op']), JSON.stringify(body));
  }

  #answerTrade(
    { connection }: PaperSession,
    message: Message,
    retCode: number,
    retMsg: string,
    data?: object,
  ): void {
    const id = idOf(message);
    const header = {
      'X-Bapi-Limit': '10',
      'X-Bapi-Limit-Status': '9',
      Timenow: String(this.#world.clock.milliseconds()),
    };
    const rest = data === undefined ? {} : { data, retExtInfo: {}, header };
    const body = {
      ...(id === undefined ? {} : { reqId: id }),
      retCode,
      retMsg,
      op: message['op'],
      ...rest,
      connId: connection.id,
    };
    connection.answer(String(message['op']), JSON.stringify(body));
  }
}

function idEntry(message: Message): { readonly id?: string } {
  const id = idOf(message);
  return id === undefined ? {} : { id };
}

function parse(text: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Message) : undefined;
  } catch {
    return undefined;
  }
}
