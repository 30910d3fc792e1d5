// What a bot would do without a library: ws on the main thread, JSON.parse per frame, a handler.
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { CHANNEL } from '../load/frames.js';

/** The part of a notification that handlers look at. */
export interface Notification {
  readonly params?: {
    readonly data: readonly { readonly price: number; readonly amount: number; readonly timestamp: number }[];
  };
}

export const SUBSCRIBE = JSON.stringify({
  jsonrpc: '2.0',
  id: 1,
  method: 'public/subscribe',
  params: { channels: [CHANNEL] },
});

/** A bare client that is open and subscribed; each notification is parsed and handed on. */
export async function startBare(url: string, onMessage: (message: Notification) => void): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false });
  socket.on('message', (data: Buffer) => onMessage(JSON.parse(data.toString()) as Notification));
  socket.on('error', () => undefined);
  await once(socket, 'open');
  socket.send(SUBSCRIBE);
  return socket;
}
