// This library as a user would write it.
import { Adapter, type AdapterOptions } from '../../src/index.js';
import { CHANNEL } from '../load/frames.js';

/** An adapter that is READY and subscribed. */
export async function startAdapter(
  url: string,
  listen: (adapter: Adapter) => void,
  options: AdapterOptions<'deribit'> = {},
): Promise<Adapter> {
  const adapter = new Adapter('deribit', { url, topics: [CHANNEL], rateBudget: false, ...options });
  listen(adapter);
  await adapter.connect();
  return adapter;
}
