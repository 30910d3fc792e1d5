// The live page as routes of a fleet's server: its files, its stream, the points of its charts, and its actions.
import { randomBytes } from 'node:crypto';
import { reply, type Route } from '../fleet/server.js';
import { assetRoutes } from './assets.js';
import { controlRoute, type PageControl } from './control.js';
import { Feed, type FeedOptions, type PageSource } from './feed.js';

export interface PageOptions extends Omit<FeedOptions, 'controlKey'> {
  /** Left out: the page is read-only. */
  readonly control?: PageControl | undefined;
}

/** @throws the system's error where a file of the page cannot be read. */
export async function pageRoutes(source: PageSource, options: PageOptions = {}): Promise<readonly Route[]> {
  const { control, ...feedOptions } = options;
  const controlKey = randomBytes(24).toString('base64url');
  const feed = new Feed(source, { ...feedOptions, ...(control === undefined ? {} : { controlKey }) });
  return [...(await assetRoutes()), eventsRoute(feed), seriesRoute(feed), controlRoute(control, controlKey)];
}

function eventsRoute(feed: Feed): Route {
  return {
    method: 'GET',
    path: '/page/events',
    handle(request, response) {
      if (feed.isFull) return reply(response, 503, 'too many pages are open: close one\n');
      if (request.method === 'HEAD') return void response.end();
      feed.watch(response);
    },
    close: () => feed.close(),
  };
}

function seriesRoute(feed: Feed): Route {
  return {
    method: 'GET',
    path: '/page/series.json',
    handle(_request, response, url) {
      const adapter = url.searchParams.get('adapter') ?? undefined;
      const series = feed.series(adapter);
      if (series === undefined) return reply(response, 404, 'there is no such adapter\n');
      reply(response, 200, `${JSON.stringify(series)}\n`, 'application/json');
    },
  };
}
