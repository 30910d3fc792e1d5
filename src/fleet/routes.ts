// What is served of every fleet: its snapshot, its history, whether it is well, and its metrics.
import type { Fleet } from './fleet.js';
import { metricsRoute } from './metrics-route.js';
import { reply, type Route } from './server.js';

export function fleetRoutes(fleet: Fleet): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/snapshot.json',
      handle: (_request, response) => json(response, 200, fleet.snapshot()),
    },
    {
      method: 'GET',
      path: '/history.json',
      handle: (_request, response, url) =>
        json(response, 200, fleet.historySince(Number(url.searchParams.get('since') ?? 0))),
    },
    {
      // For load balancers and systemd: 200 while every adapter is READY, else 503.
      method: 'GET',
      path: '/healthz',
      handle(_request, response) {
        const { state, health } = fleet;
        json(response, state === 'ready' ? 200 : 503, { state, health });
      },
    },
    metricsRoute(fleet),
  ];
}

function json(response: Parameters<Route['handle']>[1], status: number, value: unknown): void {
  reply(response, status, `${JSON.stringify(value)}\n`, 'application/json');
}
