// The live page's actions on a fleet. Each leaves its trace in the fleet's history, as it would have when asked for from code.
import type { PageControl } from '../page/control.js';
import type { Adapter } from '../adapter/adapter.js';
import type { Fleet } from './fleet.js';

export function pageControl(fleet: Fleet): PageControl {
  return {
    async rotate(name) {
      const reports = await adapterOf(fleet, name).rotate();
      return `${name}: ${reports.length === 1 ? 'its connection was' : `${reports.length} connections were`} replaced`;
    },
    async reconnect(name) {
      adapterOf(fleet, name).reconnect('asked for on the live page');
      return `${name} gets a new connection`;
    },
    async stop(name) {
      const { terminated } = await fleet.remove(name);
      return `${name} was stopped${terminated.length > 0 ? ', by force' : ''} and taken out of the fleet`;
    },
  };
}

/** @throws TypeError */
function adapterOf(fleet: Fleet, name: string): Adapter {
  const adapter = fleet.get(name);
  if (adapter === undefined) throw new TypeError(`there is no adapter ${JSON.stringify(name)} in the fleet`);
  return adapter;
}
