// How many JSON objects per second reach the bot's handler over one connection.
import type { Benchmark, Measured, Settings } from '../kit/benchmark.js';
import { countWindow } from '../kit/rate.js';
import { tradeTexts } from '../load/frames.js';
import { Load } from '../load/load.js';
import { type Notification, startBare } from '../subjects/bare.js';
import { startComlink } from '../subjects/comlink-main.js';
import { startAdapter } from '../subjects/ours.js';

/** Messages that may wait in the thread: enough for it never to stand still, few enough to stay in the processor's cache. */
const WAITING = 16_384;

/** Looks into each message as a bot would, so that no parse can be left out. */
class Handler {
  messages = 0;
  turnover = 0;

  readonly take = (message: Notification): void => {
    const trade = message.params?.data[0];
    if (trade === undefined) return;
    this.messages += 1;
    this.turnover += trade.price;
  };
}

interface Received {
  /** Frames that the thread has read so far, and those it dropped because the handler was slower. */
  readonly framesReceived: number;
  readonly framesDropped: number;
}

/** `received` is left out where every frame reaches the handler. */
async function perSecond(settings: Settings, handler: Handler, received?: () => Received): Promise<Measured> {
  const { count, seconds, threadSeconds, processSeconds } = await countWindow(
    settings,
    () => handler.messages,
  );
  const frames = received?.() ?? { framesReceived: count, framesDropped: 0 };
  return {
    '': count / seconds,
    'main-cpu': (threadSeconds / count) * 1e6,
    'others-cpu': ((processSeconds - threadSeconds) / count) * 1e6,
    dropped: (frames.framesDropped / frames.framesReceived) * 100,
  };
}

export const throughputMessages: Benchmark = {
  name: 'throughput/messages',
  about: "JSON objects per second in the bot's handler, one connection, 300-byte Deribit trades",
  method: `A load generator in a process of its own writes pre-built frames as fast as the socket takes them. Each subject parses each
message and reads the price. \`json-parse\` is \`JSON.parse\` of the same texts in a loop with nothing around it: as long as the objects
are to exist on one main thread, nothing can be faster. A bare \`ws\` that is too slow makes the server wait, and so do all subjects here: this library with the overflow policy
\`pause\`, the Comlink worker by pausing its socket. With the default policy \`gap\` it would read on and drop the oldest instead, and what
it reads only to drop costs it time; \`dropped\` shows that nothing was.`,
  figures: [
    {
      id: '',
      unit: 'messages/s',
      title: 'JSON objects per second in the handler',
      better: 'more',
      targets: { ws: { atLeast: 1.2 }, comlink: { atLeast: 8 }, 'json-parse': { atLeast: 0.75 } },
    },
    {
      id: 'main-cpu',
      unit: 'us/message',
      title: 'processor time of the main thread per message',
      better: 'less',
    },
    {
      id: 'others-cpu',
      unit: 'us/message',
      title:
        'processor time of all other threads of the process per message (the worker, garbage collection)',
      better: 'less',
    },
    {
      id: 'dropped',
      unit: '% of frames',
      title:
        'frames that the thread read and dropped with a gap, because the handler was slower than the feed',
      better: 'less',
    },
  ],
  subjects: {
    async bulkhead(settings) {
      const load = await Load.start();
      const handler = new Handler();
      const adapter = await startAdapter(
        load.url,
        (one) =>
          one.on('messages', (batch) => {
            const { length } = batch;
            for (let index = 0; index < length; index += 1) handler.take(batch.json(index) as Notification);
          }),
        { delivery: 'messages', connection: { market: { policy: 'pause', maxEntries: WAITING } } },
      );
      return perSecond(settings, handler, () => adapter.stats());
    },
    async ws(settings) {
      const load = await Load.start();
      const handler = new Handler();
      await startBare(load.url, handler.take);
      return perSecond(settings, handler);
    },
    async comlink(settings) {
      const load = await Load.start();
      const handler = new Handler();
      await startComlink(load.url, handler.take);
      return perSecond(settings, handler);
    },
    async 'json-parse'(settings) {
      const handler = new Handler();
      const texts = tradeTexts(800);
      const loop = (): void => {
        for (const text of texts) handler.take(JSON.parse(text) as Notification);
        setImmediate(loop);
      };
      loop();
      return perSecond(settings, handler);
    },
  },
};
