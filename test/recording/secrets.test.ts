import { expect } from 'chai';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Adapter, openRecording, type RecordedHttpCall } from '../../src/index.js';
import { simulatorNames, startSimulator, venueProfiles } from '../../src/testing/index.js';
import { folder } from './folder.js';

/** Texts that look like a token, a signature or a key. */
const tokenLike = /"[\w+/=.-]{24,}"/g;

/** A path is long and no secret; each of its parts could be one. */
function textOf(call: RecordedHttpCall): string {
  return JSON.stringify({ ...call, path: call.path.split('/') });
}

describe('the secrets of a recorded adapter', () => {
  for (const name of simulatorNames) {
    it(`are not in its recording on ${name}`, async () => {
      using place = folder();
      const { testCredentials: credentials, privateTopics, orders, topics } = venueProfiles[name];
      await using venue = await startSimulator(name, { eventsPerSecond: 20 });
      const adapter = new Adapter<string>(name, {
        url: venue.url,
        credentials,
        topics: [...privateTopics, topics.trades],
        record: { directory: place.path },
      });
      await adapter.connect();
      if (orders !== undefined) await adapter.sendOrder(orders.resting);
      await adapter.close();
      const values = Object.values(credentials as object).filter(
        (value): value is string => typeof value === 'string',
      );
      for (const file of readdirSync(place.path)) {
        for await (const entry of await openRecording(join(place.path, file))) {
          if (entry.kind !== 'frame' && entry.kind !== 'http') continue;
          const text = entry.kind === 'frame' ? entry.data.toString() : textOf(entry);
          // A simulated account may be named like its key; what the venue calls an account is no secret.
          const own = text.replaceAll(/"uid":"[^"]*"/g, '');
          for (const value of values) expect(own, text).to.not.contain(value);
          if (entry.kind === 'frame' && entry.direction === 'received') continue;
          // The bot's own ids of orders and names of topics are all that may be that long.
          const long = (text.match(tokenLike) ?? []).filter(
            (one) => !/^"(?:b[0-9a-f]{31,33}|0x62[0-9a-f]{30}|[a-z]+[./][\w.-]+)"$/i.test(one),
          );
          expect(long, text).to.deep.equal([]);
        }
      }
    });
  }
});
