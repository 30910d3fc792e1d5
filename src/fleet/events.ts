// What a fleet tells its listeners.
import type { Adapter } from '../adapter/adapter.js';
import type { Transition } from './history.js';
import type { FleetState } from './snapshot.js';

/** What a fleet tells, and the arguments of each listener. A type, not an interface, so that it can be walked by name. */
export type FleetEvents = {
  /** Anything that happened, see Transition. The latest ones are in `fleet.history`. */
  transition: [transition: Transition];
  /** The fleet's own state changed. */
  state: [state: FleetState];
  /** A new adapter, before it connects. */
  adapter: [adapter: Adapter, name: string];
  /** An adapter failed more often than `restarts` allows (`too-many-restarts`), or in a way that a restart cannot mend. */
  'gave-up': [name: string, error: Error];
};
