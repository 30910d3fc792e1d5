// What crosses between the main thread, the connections' threads and the recorder's thread. Plain data only.
import type { MessagePort } from 'node:worker_threads';
import type { HttpRecord } from './http-record.js';
import type { KnownValue } from './redaction.js';

/** What a connection's thread is told, so that its frames reach the recorder without the main thread. */
export interface TapSettings {
  /** Batches of records go in, as transferred buffers; nothing comes back. */
  readonly port: MessagePort;
  readonly life: number;
  /** Told by the record of the open connection. */
  readonly subject: LifeSubject;
  /** The figures of the recording, see recorder-figures.ts. */
  readonly figures: SharedArrayBuffer;
  readonly maxQueueBytes: number;
}

/** Which connection a life is one of. */
export interface LifeSubject {
  /** Name of the adapter or of the client. */
  readonly name: string;
  /** As `new Adapter` takes it; undefined for a plain client. */
  readonly exchange?: string;
  /** Which of the venue's sockets. */
  readonly socket?: string;
  readonly epoch: number;
  /** The address without what may be secret in it: user, password, query. */
  readonly address: string;
}

/** How the recorder's thread writes. */
export interface WriterSettings {
  readonly path?: string;
  readonly directory?: string;
  readonly maxFileBytes: number;
  readonly rotateEveryMs: number;
  readonly syncMs: number;
  readonly compression: Compression;
  /** Names of more JSON members to take out. */
  readonly redactKeys: readonly string[];
}

/** How blocks of a recording are packed. */
export type Compression = 'brotli' | 'deflate' | 'none';

export interface RecorderTask {
  readonly settings: WriterSettings;
  readonly figures: SharedArrayBuffer;
}

/** What the main thread tells the recorder. */
export type RecorderCommand =
  | { readonly type: 'life'; readonly life: number; readonly port: MessagePort }
  | {
      readonly type: 'exit';
      readonly life: number;
      readonly atNs: number;
      /** What becomes the JSON of the record. */
      readonly exit: Readonly<Record<string, unknown>>;
      /** Frames that the thread had counted in, and out, when it ended. */
      readonly framesReceived: number;
      readonly framesSent: number;
    }
  /** An HTTP call of the main thread, with its secrets still in it; `isKeyed`: it carried keys. */
  | { readonly type: 'http'; readonly atNs: number; readonly record: HttpRecord; readonly isKeyed: boolean }
  | { readonly type: 'gap'; readonly life: number; readonly atNs: number; readonly gap: object }
  /** What is known of values that must not be stored, and the salt of their hashes. */
  | { readonly type: 'secrets'; readonly salt: string; readonly known: readonly KnownValue[] }
  | { readonly type: 'close' };

/** What the recorder tells the main thread. */
export type RecorderEvent =
  | { readonly type: 'file'; readonly path: string }
  | { readonly type: 'problem'; readonly message: string; readonly isFatal: boolean }
  | { readonly type: 'closed' };
