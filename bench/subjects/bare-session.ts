// A bare ws client with a login and topics at Deribit: what a bot that reconnects by hand would write, without any of the care.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Keys } from '../load/account.js';

type Answer = Readonly<Record<string, unknown>>;

export interface BareSession {
  readonly socket: WebSocket;
  call(method: string, params: Readonly<Record<string, unknown>>): Promise<Answer>;
}

/** Opens, logs in and subscribes. */
export async function startSession(
  url: string,
  keys: Keys,
  channels: readonly string[],
): Promise<BareSession> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  socket.on('error', () => undefined);
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as Answer;
    const id = message['id'] as number | undefined;
    if (id === undefined) return;
    waiting.get(id)?.(message);
    waiting.delete(id);
  });
  await once(socket, 'open');
  const call: BareSession['call'] = (method, params) => {
    lastId += 1;
    const id = lastId;
    const answered = new Promise<Answer>((resolve) => waiting.set(id, resolve));
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, method, params }));
    return answered;
  };
  await call('public/auth', {
    grant_type: 'client_credentials',
    client_id: keys.clientId,
    client_secret: keys.clientSecret,
  });
  if (channels.length > 0) await call('public/subscribe', { channels });
  return { socket, call };
}
