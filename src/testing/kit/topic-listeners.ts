// Who listens to which topic, and the one way for a frame to all of them.
import type { Connection } from './connection.js';
import { WireFrame } from './wire-frame.js';

export class TopicListeners {
  readonly #byTopic = new Map<string, Set<Connection>>();
  readonly #published = new Map<string, number>();

  /** False where the connection listens already. */
  add(topic: string, connection: Connection): boolean {
    const listeners = this.#byTopic.get(topic) ?? new Set();
    this.#byTopic.set(topic, listeners);
    if (listeners.has(connection)) return false;
    listeners.add(connection);
    return true;
  }

  /** False where the connection did not listen. */
  remove(topic: string, connection: Connection): boolean {
    const listeners = this.#byTopic.get(topic);
    const removed = listeners?.delete(connection) === true;
    if (listeners?.size === 0) this.#byTopic.delete(topic);
    return removed;
  }

  removeAll(connection: Connection): void {
    for (const topic of this.#byTopic.keys()) this.remove(topic, connection);
  }

  has(topic: string): boolean {
    return this.#byTopic.has(topic);
  }

  of(topic: string): readonly Connection[] {
    return [...(this.#byTopic.get(topic) ?? [])];
  }

  topicsOf(connection: Connection): readonly string[] {
    return [...this.#byTopic].filter(([, listeners]) => listeners.has(connection)).map(([topic]) => topic);
  }

  topics(): readonly string[] {
    return [...this.#byTopic.keys()];
  }

  /** Sends one frame, built once, to all who listen. The journal numbers the frames of each topic. */
  publish(topic: string, text: string): void {
    const listeners = this.#byTopic.get(topic);
    if (listeners === undefined) return;
    const frame = new WireFrame(text);
    const sequence = this.#next(topic);
    for (const connection of listeners) connection.event(topic, frame, sequence);
  }

  /** Sends a frame of the topic to one connection. */
  send(topic: string, connection: Connection, text: string): void {
    connection.event(topic, new WireFrame(text), this.#next(topic));
  }

  #next(topic: string): number {
    const sequence = (this.#published.get(topic) ?? 0) + 1;
    this.#published.set(topic, sequence);
    return sequence;
  }
}
