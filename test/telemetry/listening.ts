// Listens to all diagnostics channels and keeps what they carry.
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { type TelemetryMessages, type TelemetryName, telemetryChannels } from '../../src/index.js';
import { waitFor } from '../support/wait-for.js';

type Kept = { [Name in TelemetryName]: TelemetryMessages[Name][] };

export const channelNames = Object.keys(telemetryChannels) as readonly TelemetryName[];

export class Listening {
  readonly messages = Object.fromEntries(channelNames.map((name) => [name, []])) as unknown as Kept;
  readonly #stops: (() => void)[] = [];

  constructor() {
    for (const name of channelNames) {
      const listener = (message: unknown): void => void this.messages[name].push(message as never);
      subscribe(`bulkhead-ws:${name}`, listener);
      this.#stops.push(() => unsubscribe(`bulkhead-ws:${name}`, listener));
    }
  }

  stop(): void {
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** Waits for a message with these fields. */
  async heard<Name extends TelemetryName>(
    name: Name,
    fields: Partial<TelemetryMessages[Name]>,
  ): Promise<TelemetryMessages[Name]> {
    const isMeant = (message: TelemetryMessages[Name]): boolean =>
      Object.entries(fields).every(([field, value]) => message[field as keyof typeof message] === value);
    return waitFor(
      () => (this.messages[name] as TelemetryMessages[Name][]).find(isMeant),
      `${name} ${JSON.stringify(fields)}; the last one was ${JSON.stringify(this.messages[name].at(-1))}`,
    );
  }
}
