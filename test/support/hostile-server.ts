// A server in a process of its own that sends without end what fills the memory of whoever keeps it. Its own memory is not the test's.
import { type ChildProcess, fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { constants, deflateRawSync } from 'node:zlib';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const [CONTINUATION, TEXT, BINARY, PING] = [0x00, 0x01, 0x02, 0x09];
const [FINAL, COMPRESSED] = [0x80, 0x40];
const PIECE = 64 * 1024;

/** Writes for ever, as fast as the peer takes it. */
function flood(socket: Socket, piece: Buffer): void {
  const fill = (): void => {
    while (socket.writable) {
      if (!socket.write(piece)) return void socket.once('drain', fill);
    }
  };
  fill();
}

/** A frame of the server's: not masked. `length` is what its header says, whatever follows. */
function frame(head: number, payload: Buffer, length = payload.length): Buffer {
  const header = Buffer.alloc(length < 126 ? 2 : 10);
  header[0] = head;
  if (length < 126) header[1] = length;
  else {
    header[1] = 127;
    header.writeBigUInt64BE(BigInt(length), 2);
  }
  return Buffer.concat([header, payload]);
}

const many = (one: Buffer): Buffer =>
  Buffer.concat(Array.from({ length: Math.ceil(PIECE / one.length) }, () => one));

/** What the server can do once the WebSocket is open. */
export const hostilities = {
  /** One message in large parts that never ends. */
  'large fragments': (socket: Socket): void => {
    socket.write(frame(TEXT, Buffer.alloc(1, 'x')));
    flood(socket, frame(CONTINUATION, Buffer.alloc(PIECE, 'x')));
  },
  /** One message in parts of one byte that never ends: each part costs more to keep than it holds. */
  'tiny fragments': (socket: Socket): void => {
    socket.write(frame(TEXT, Buffer.alloc(1, 'x')));
    flood(socket, many(frame(CONTINUATION, Buffer.alloc(1, 'x'))));
  },
  /** A frame that says it has a tebibyte. */
  'a huge frame': (socket: Socket): void => {
    socket.write(frame(FINAL | BINARY, Buffer.alloc(0), 2 ** 40));
    flood(socket, Buffer.alloc(PIECE));
  },
  /** A quarter of a mebibyte on the wire, a quarter of a gibibyte when it is inflated. */
  'a compressed bomb': (socket: Socket): void => {
    const deflated = deflateRawSync(Buffer.alloc(2 ** 28), { finishFlush: constants.Z_SYNC_FLUSH });
    // The last four bytes of a flush are not part of a message: RFC 7692, 7.2.1.
    socket.write(frame(FINAL | COMPRESSED | BINARY, deflated.subarray(0, -4)));
  },
  /** Each ping asks for an answer, which nobody takes. */
  'pings without end': (socket: Socket): void => {
    socket.pause();
    flood(socket, many(frame(FINAL | PING, Buffer.alloc(125, 'x'))));
  },
} as const satisfies Readonly<Record<string, (socket: Socket) => void>>;

export type Hostility = keyof typeof hostilities;

export interface HostileServer {
  readonly url: string;
  close(): Promise<void>;
}

export async function startHostileServer(hostility: Hostility): Promise<HostileServer> {
  const child = fork(fileURLToPath(import.meta.url), [hostility]);
  const [port] = (await once(child, 'message')) as [number];
  return { url: `ws://127.0.0.1:${port}`, close: () => stop(child) };
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill();
  await exited;
}

function accept(socket: Socket, request: string, hostility: Hostility): void {
  const key = /^sec-websocket-key: (.*)\r$/im.exec(request)?.[1] ?? '';
  const lines = [
    'HTTP/1.1 101 Switching Protocols',
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Accept: ${createHash('sha1')
      .update(key + GUID)
      .digest('base64')}`,
    ...(/permessage-deflate/i.test(request)
      ? ['Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover']
      : []),
  ];
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  hostilities[hostility](socket);
}

function serve(hostility: Hostility): void {
  const server = createServer((socket) => {
    // The client is expected to hang up in the middle of a frame.
    socket.on('error', () => socket.destroy());
    socket.once('data', (request) => accept(socket, request.toString('latin1'), hostility));
  });
  server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
  // The test that started it is gone.
  process.once('disconnect', () => process.exit());
}

if (process.argv[1] === fileURLToPath(import.meta.url) && process.send !== undefined)
  serve(process.argv[2] as Hostility);
