// `/metrics`: OpenMetrics for scrapers that ask for it, the older text of Prometheus for all others.
import { contentTypes, type MetricsFormat } from '../telemetry/open-metrics.js';
import type { Fleet } from './fleet.js';
import { openMetrics } from './metrics.js';
import type { Route } from './server.js';

export function metricsRoute(fleet: Fleet): Route {
  return {
    method: 'GET',
    path: '/metrics',
    handle(request, response) {
      const format: MetricsFormat = request.headers.accept?.includes('application/openmetrics-text')
        ? 'openmetrics'
        : 'prometheus';
      response.writeHead(200, { 'content-type': contentTypes[format] }).end(openMetrics(fleet, format));
    },
  };
}
