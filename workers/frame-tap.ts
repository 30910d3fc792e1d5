// The tap of a connection that is recorded: copies each frame into batches that go straight to the recorder's thread.
// A connection that is not recorded has none, which costs its frames one look at `undefined`.
import type { HttpCall } from '../src/exchanges/exchange.js';
import type { HttpAnswer } from '../src/fetch-json.js';
import { BatchBuffer } from '../src/recording/batch-buffer.js';
import { carriesKeys, httpRecord } from '../src/recording/http-record.js';
import type { TapSettings } from '../src/recording/protocol.js';
import { recordFlags, recordKinds } from '../src/recording/record-layout.js';
import { RecorderFigures } from '../src/recording/recorder-figures.js';
import { monotonicNs } from '../src/clock.js';

/** How long a record may wait for others to travel with. What the thread holds back is lost when it is terminated. */
const HOLD_MS = 5;

export class FrameTap {
  readonly #batch: BatchBuffer;
  readonly #settings: TapSettings;
  #timer: NodeJS.Timeout | undefined;

  constructor(settings: TapSettings) {
    this.#settings = settings;
    const { port, life, maxQueueBytes } = settings;
    const figures = new RecorderFigures(settings.figures);
    // The recorder may be gone before this thread; a port nobody reads must not keep it alive either.
    port.unref();
    this.#batch = new BatchBuffer({
      life,
      figures,
      maxQueueBytes,
      post: (batch) => port.postMessage(batch, [batch.buffer]),
    });
  }

  opened(detail: Readonly<Record<string, unknown>>): void {
    const text = JSON.stringify({ ...this.#settings.subject, ...detail });
    this.#add(recordKinds.open, 0, monotonicNs(), Buffer.from(text));
  }

  received(data: Buffer, isBinary: boolean, atNs: number): void {
    this.#add(isBinary ? recordKinds.receivedBinary : recordKinds.receivedText, 0, atNs, data);
  }

  /** `isSecret`: the frame is a login, of which only the form is kept. */
  sent(frame: string | Uint8Array, isSecret: boolean): void {
    const [kind, bytes] =
      typeof frame === 'string'
        ? ([recordKinds.sentText, Buffer.from(frame)] as const)
        : ([recordKinds.sentBinary, frame] as const);
    this.#add(kind, isSecret ? recordFlags.secret : 0, monotonicNs(), bytes);
  }

  /** An HTTP call that this thread has made. */
  called(call: HttpCall, answer: HttpAnswer): void {
    const flags = carriesKeys(call) ? recordFlags.secret : 0;
    this.#add(recordKinds.http, flags, monotonicNs(), Buffer.from(JSON.stringify(httpRecord(call, answer))));
  }

  /** Hands over what is left; the thread ends. */
  close(): void {
    clearTimeout(this.#timer);
    this.#batch.flush(true);
  }

  #add(kind: number, flags: number, atNs: number, payload: Uint8Array): void {
    this.#batch.add(kind, flags, atNs, payload);
    this.#timer ??= setTimeout(() => this.#flush(), HOLD_MS);
  }

  #flush(): void {
    this.#timer = undefined;
    this.#batch.flush();
  }
}
