// A plain client: any WebSocket server, no exchange, one thread. Frames in, frames out.
import { once } from 'node:events';
import { Client, isBulkheadError } from 'bulkhead-ws';
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('connection', (socket) => {
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
});
await once(server, 'listening');
const { port } = server.address() as { readonly port: number };

const client = await Client.connect(`ws://127.0.0.1:${port}`, {
  heartbeat: { type: 'standard', intervalMs: 5000, timeoutMs: 2000 },
});
console.log(`the socket is in another thread: ${client.threadId !== 0}`);

// Resolves when the frame is in the kernel's hands; sendBeforeMs keeps a late frame from being sent at all.
await client.send('hello', { sendBeforeMs: 1000 });
await client.send(new Uint8Array([1, 2, 3]));

let left = 2;
for await (const { data, isBinary } of client.frames()) {
  console.log(isBinary ? `binary frame of ${data.length} bytes` : `text frame: ${String(data)}`);
  left -= 1;
  if (left === 0) break;
}

// The end has one reason, whatever it is. `exited` never rejects.
for (const socket of server.clients) socket.close(1012, 'restart');
const exit = await client.exited;
console.log(`ended: ${exit.code}, close code ${exit.detail['closeCode']}, worth a retry: ${exit.retryable}`);

try {
  await client.send('too late');
} catch (error) {
  if (isBulkheadError(error)) console.log(`a send after the end: ${error.code}`);
}
server.close();
