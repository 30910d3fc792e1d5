// A simulated Deribit in a process of its own, for tests that block the main thread: started by remote-venue.ts with `fork`.
// Options come as JSON in the first argument, commands come as messages, each is answered under its number.
import { SimulatedDeribit } from '../../src/testing/index.js';
import type { Fault, JournalEvent } from '../../src/testing/index.js';

export type VenueCommand =
  | { readonly what: 'inject'; readonly fault: Fault; readonly afterMs: number }
  | { readonly what: 'journal'; readonly kinds: readonly JournalEvent['kind'][] }
  | { readonly what: 'orders'; readonly clientId: string };

export interface VenueQuestion {
  readonly number: number;
  readonly command: VenueCommand;
}

export interface VenueAnswer {
  readonly number: number;
  readonly result: unknown;
}

async function serve(): Promise<void> {
  const venue = await SimulatedDeribit.start(JSON.parse(process.argv[2] ?? '{}') as object);
  process.on('message', ({ number, command }: VenueQuestion) => {
    process.send?.({ number, result: run(venue, command) } satisfies VenueAnswer);
  });
  // The tests' process is gone, or wants this one gone.
  process.on('disconnect', () => void venue.close().then(() => process.exit(0)));
  process.send?.({ number: 0, result: venue.url } satisfies VenueAnswer);
}

function run(venue: SimulatedDeribit, command: VenueCommand): unknown {
  switch (command.what) {
    case 'inject':
      if (command.afterMs === 0) venue.inject(command.fault);
      else setTimeout(() => venue.inject(command.fault), command.afterMs);
      return null;
    case 'journal':
      return venue.journal.entries().filter(({ kind }) => command.kinds.includes(kind));
    case 'orders':
      return venue.orders(command.clientId);
  }
}

// Mocha loads every file of the folder that matches its pattern; this one only serves when it was forked.
if (process.send !== undefined) void serve();
