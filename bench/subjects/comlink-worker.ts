// The worker of the obvious way. The socket is paused while many calls are unanswered, or memory would grow without end.
import { parentPort, type MessagePort } from 'node:worker_threads';
import * as Comlink from 'comlink';
import { WebSocket } from 'ws';
import { SUBSCRIBE } from './bare.js';

const MOST_UNANSWERED = 256;

parentPort!.once('message', ({ url, port }: { url: string; port: MessagePort }) => {
  // The cached method is the cheaper of the two ways to call.
  const { frame } = Comlink.wrap<{ frame(text: string): void }>(port as unknown as Comlink.Endpoint);
  const socket = new WebSocket(url, { perMessageDeflate: false });
  let unanswered = 0;
  socket.on('message', (data: Buffer) => {
    unanswered += 1;
    if (unanswered === MOST_UNANSWERED) socket.pause();
    void frame(data.toString()).then(() => {
      unanswered -= 1;
      if (unanswered === MOST_UNANSWERED / 2) socket.resume();
    });
  });
  socket.on('open', () => {
    socket.send(SUBSCRIBE);
    parentPort!.postMessage('subscribed');
  });
});
