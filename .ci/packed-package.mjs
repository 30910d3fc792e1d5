// Run in an empty folder that has the packed package installed: the import works, and a live thread of it carries a frame.
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { Client, Fleet } from 'bulkhead-ws';
import { SimulatedDeribit } from 'bulkhead-ws/testing';

const { WebSocketServer } = createRequire(import.meta.resolve('bulkhead-ws'))('ws');
const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
server.on('connection', (socket) =>
  socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary })),
);
await once(server, 'listening');

const client = await Client.connect(`ws://127.0.0.1:${server.address().port}`);
const frames = client.frames();
await client.send('hello from the packed package');
const { value } = await frames.next();
if (value.data !== 'hello from the packed package') throw new Error(`got ${JSON.stringify(value)}`);
await client.close();
server.close();

const exchange = await SimulatedDeribit.start();
await exchange.close();
// The page's files are in the package, and in a package beside it.
const fleet = new Fleet();
const { url } = await fleet.serve();
for (const path of ['', 'page/main.js', 'page/page.css', 'page/vendor/uplot.js']) {
  const { status } = await fetch(`${url}${path}`);
  if (status !== 200) throw new Error(`live page: /${path} is answered with ${status}`);
}
await fleet.stop();
console.log(`packed package: import, thread ${value.epoch}, simulated exchange and live page work`);
