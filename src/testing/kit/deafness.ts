// Stops hearing a peer behind the back of ws, which would go on answering its pings and close frames.
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

type DataListener = (chunk: Buffer) => void;

const ignore = () => {};

export class Deafness {
  readonly #socket: Socket;
  readonly #webSocket: WebSocket;
  #listeners: readonly DataListener[] | undefined;

  constructor(socket: Socket, webSocket: WebSocket) {
    this.#socket = socket;
    this.#webSocket = webSocket;
  }

  /** With `isReading` bytes are read and thrown away, otherwise left unread so that the peer's buffers fill. */
  begin(isReading: boolean): void {
    if (!isReading) {
      this.#webSocket.pause();
    } else if (this.#listeners === undefined) {
      this.#listeners = this.#socket.listeners('data') as DataListener[];
      this.#socket.removeAllListeners('data');
      this.#socket.on('data', ignore);
    }
  }

  end(): void {
    if (this.#listeners !== undefined) {
      this.#socket.off('data', ignore);
      for (const listener of this.#listeners) this.#socket.on('data', listener);
      this.#listeners = undefined;
    }
    this.#webSocket.resume();
  }
}
