// What the merge of a stream has to know about its venue, and what it asks for.

export interface StreamMergeOptions {
  /** Whether a topic's book updates may reach back behind what was delivered. */
  overlaps?(topic: string): boolean;
  /** Whether a connection's thread keeps the topic back until a snapshot of its book has come over HTTP. */
  beginsLate?(topic: string): boolean;
  /** A book can be carried on by this connection only with a new snapshot. */
  resync(epoch: number, topic: string): void;
}
