// What the merge of a stream has to know about its venue, what it asks for, and what it says of an end.
import type { Batch } from '../batch/batch.js';

/** What a connection's end leaves behind. */
export interface LeaveReport {
  readonly batches: readonly Batch[];
  /** Topics whose stream is cut, because no other connection carries it on. */
  readonly cut: readonly string[];
}

export interface StreamMergeOptions {
  /** Whether a topic's book updates may reach back behind what was delivered. */
  overlaps?(topic: string): boolean;
  /** Whether each of the topic's books is told whole, so that one stands for all before it. */
  isWhole?(topic: string): boolean;
  /** Whether a connection's thread keeps the topic back until a snapshot of its book has come over HTTP. */
  beginsLate?(topic: string): boolean;
  /** Whether books and messages are numbered by connection, so that those of two connections cannot be compared. */
  readonly countsByConnection?: boolean;
  /** A book can be carried on by this connection only with a new snapshot. */
  resync(epoch: number, topic: string): void;
}
