// The undecoded market messages of a batch.
import type { Message } from '../market.js';
import type { BatchSource } from './batch-source.js';
import { EventBatch } from './event-batch.js';
import { column, header, shapes } from './layout.js';

/** Messages as text. Decoding and parsing happen when they are asked for. What is safe to keep: see {@link EventBatch}. */
export class MessageBatch extends EventBatch<Message> {
  constructor(source: BatchSource) {
    super(source, shapes.messages, source.offsets.messages, source.count(header.messages));
  }

  /** Number of the topic; see `topicIndexOf`. */
  get topicIndex(): Uint32Array {
    return this.integerColumn(column.topic);
  }

  /** The number of a topic for the rest of the epoch, -1 while the epoch has not brought it. */
  topicIndexOf(topic: string): number {
    return this.source.names.indexOf(topic);
  }

  /** The topic that message `index` came by. */
  topic(index: number): string {
    this.check(index);
    return this.source.names.at(this.integer(column.topic, index));
  }

  /** Decoded anew with each call. */
  text(index: number): string {
    this.check(index);
    return this.source.payloadText(this.integer(2, index), this.integer(3, index), this.byte(0, index) === 1);
  }

  /** The text's bytes: a view of the batch's buffer, safe to keep as a copy (`slice()`) only. */
  bytes(index: number): Uint8Array {
    this.check(index);
    return this.source.payload(this.integer(2, index), this.integer(3, index));
  }

  /** Parsed anew with each call. @throws SyntaxError where the message is not JSON. */
  json(index: number): unknown {
    this.check(index);
    return this.source.payloadJson(this.integer(2, index), this.integer(3, index), this.byte(0, index) === 1);
  }

  /** The message with its text decoded; its JSON is parsed once, when it is asked for. */
  at(index: number): Message {
    return new TextMessage(this.topic(index), this.float(column.receivedAtNs, index), this.text(index));
  }
}

class TextMessage implements Message {
  readonly topic: string;
  readonly receivedAtNs: number;
  readonly text: string;
  #json: { readonly value: unknown } | undefined;

  constructor(topic: string, receivedAtNs: number, text: string) {
    this.topic = topic;
    this.receivedAtNs = receivedAtNs;
    this.text = text;
  }

  json(): unknown {
    this.#json ??= { value: JSON.parse(this.text) };
    return this.#json.value;
  }
}
