import { expect } from 'chai';
import { type Hostility, hostilities, startHostileServer } from '../support/hostile-server.js';
import { watchedConnection } from '../support/watched-connection.js';

/** Well below what each of the floods would need if it were kept. */
const MOST_BYTES = 100 * 2 ** 20;

/** The code that says which of the bounds was met. */
const BOUNDS: Readonly<Record<Hostility, string>> = {
  'large fragments': 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
  'tiny fragments': 'WS_ERR_TOO_MANY_BUFFERED_PARTS',
  'a huge frame': 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
  'a compressed bomb': 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH',
  'pings without end': 'TOO_MANY_PENDING_PONGS',
};

/** The most that the memory of the whole process grows by while `work` runs. */
async function growthDuring(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const look = (): void => {
    most = Math.max(most, process.memoryUsage.rss());
  };
  const timer = setInterval(look, 5);
  try {
    await work();
    look();
  } finally {
    clearInterval(timer);
  }
  return most - before;
}

describe('a server that sends without end', () => {
  for (const hostility of Object.keys(hostilities) as Hostility[]) {
    it(`${hostility}: the connection ends by a bound that is named, and the process keeps its memory`, async () => {
      const server = await startHostileServer(hostility);
      try {
        const growth = await growthDuring(async () => {
          const { connection, exited } = watchedConnection(server.url, {
            perMessageDeflate: hostility === 'a compressed bomb',
            heartbeat: { type: 'disabled' },
          });
          // The end can overtake the news that it is open.
          connection.opened.catch(() => undefined);
          const exit = await exited;
          expect(exit).to.include({ code: 'protocol-error', exitCode: 72 });
          expect(exit.detail).to.deep.equal({ systemCode: BOUNDS[hostility] });
        });
        expect(growth).to.be.lessThan(MOST_BYTES);
      } finally {
        await server.close();
      }
    });
  }
});
