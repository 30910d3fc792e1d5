// A load generator: a WebSocket server in a process of its own that costs little. It speaks the handshake and just enough of a venue.
import { createHash } from 'node:crypto';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { childArgument } from '../kit/child.js';
import { Feed } from './feed.js';
import { buildFrames, frameOf, textFrame } from './frames.js';
import type { LoadOptions, LoadOrder, LoadStarted, LoadStats, Resubscribed } from './messages.js';
import { PeerFrames } from './peer-frames.js';
import { dialects } from './venue-dialects.js';

const MAGIC = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const DISTINCT_FRAMES = 800;
/** How long an even pace may keep this process from its event loop. */
const EVEN_SLICE_MS = 4;

const options = childArgument<LoadOptions>();
const dialect = dialects[options.dialect ?? 'deribit'];
const frames = buildFrames(Array.from({ length: DISTINCT_FRAMES }, (_, number) => dialect.trade(number)));
const feeds = new Set<Feed>();
let { rate } = options;
let dropped = 0;
/** When the connections were dropped by order; undefined once one has subscribed again. */
let droppedAt: number | undefined;

const server = createServer((socket) => serve(socket));
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.send!({ url: `ws://127.0.0.1:${port}` } satisfies LoadStarted);
});
process.on('message', (order: LoadOrder) => {
  if (order.order === 'rate') ({ rate } = order);
  else if (order.order === 'drop') drop();
  else process.send!(stats());
});
if (rate !== undefined && rate > 0) {
  if (options.pace === 'even') paceEvenly();
  else paceInBursts();
}
if (options.pingMs !== undefined) {
  setInterval(() => {
    for (const feed of feeds) if (feed.beat(options.pongLimitMs ?? Number.POSITIVE_INFINITY)) dropped += 1;
  }, options.pingMs);
}

function drop(): void {
  droppedAt = performance.now();
  for (const feed of feeds) feed.drop();
  feeds.clear();
}

function serve(socket: Socket): void {
  socket.setNoDelay(true);
  const feed = new Feed(socket, frames);
  const reader = new PeerFrames();
  socket.on('error', () => undefined);
  socket.on('close', () => {
    feed.isLost = true;
  });
  socket.once('data', (head) => {
    const path = /^GET (\S+)/.exec(head.toString('latin1'))?.[1] ?? '/';
    const key = /sec-websocket-key: (\S+)/i.exec(head.toString('latin1'))?.[1] ?? '';
    const accept = createHash('sha1')
      .update(key + MAGIC)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    feeds.add(feed);
    if (dialect.startsAt?.(path) === true) start(feed);
    socket.on('data', (chunk) => {
      for (const { opcode, payload } of reader.push(chunk)) hear(socket, feed, opcode, payload);
    });
  });
}

function hear(socket: Socket, feed: Feed, opcode: number, payload: Buffer): void {
  if (opcode === 0x8) socket.end(frameOf(0x8, payload));
  if (opcode === 0x9) socket.write(frameOf(0xa, payload));
  if (opcode === 0xa) feed.pong();
  if (opcode !== 0x1) return;
  const { text, starts } = dialect.answer(JSON.parse(payload.toString()) as Record<string, unknown>);
  socket.write(textFrame(text));
  if (starts) start(feed);
}

function start(feed: Feed): void {
  if (feed.isStarted) return;
  feed.isStarted = true;
  if (droppedAt !== undefined) {
    process.send!({ resubscribedMs: performance.now() - droppedAt } satisfies Resubscribed);
    droppedAt = undefined;
  }
  if (rate === undefined) feed.flood();
}

function paceInBursts(): void {
  let owed = 0;
  let last = performance.now();
  setInterval(() => {
    const now = performance.now();
    owed += ((now - last) / 1000) * (rate ?? 0);
    last = now;
    const count = Math.floor(owed);
    owed -= count;
    if (count > 0) for (const feed of feeds) if (feed.isStarted) feed.send(count);
  }, 1);
}

/** Timers of Node tick in whole milliseconds, so the thread sleeps by itself between frames and looks at its loop now and then. */
function paceEvenly(): void {
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  let due = performance.now();
  const slice = (): void => {
    const end = performance.now() + EVEN_SLICE_MS;
    for (let now = performance.now(); now < end; now = performance.now()) {
      if (now < due) {
        Atomics.wait(sleeper, 0, 0, Math.min(due, end) - now);
        continue;
      }
      // A slept-over frame is sent at once, never two in one write.
      for (const feed of feeds) if (feed.isStarted) feed.send(1);
      due = Math.max(due + 1000 / (rate || 1), now - 1);
    }
    setImmediate(slice);
  };
  slice();
}

function stats(): LoadStats {
  const all = [...feeds];
  const sum = (count: (feed: Feed) => number): number => all.reduce((total, feed) => total + count(feed), 0);
  return {
    framesDue: sum(({ framesDue }) => framesDue),
    framesSent: sum(({ framesSent }) => framesSent),
    pings: sum(({ pings }) => pings),
    pongs: sum(({ pongs }) => pongs),
    dropped,
  };
}
