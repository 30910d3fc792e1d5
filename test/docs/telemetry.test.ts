// Every name of the telemetry is documented, and every documented one exists; dashboard and alerts name metrics that there are.
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { telemetryChannels } from '../../src/index.js';
import { fleetMetrics } from '../../src/fleet/metrics.js';
import { openTelemetryMetrics } from '../../src/telemetry/open-telemetry-metrics.js';
import { needPromtool, promtool } from '../support/promtool.js';
import { root } from './root.js';

const read = (path: string): string => readFileSync(new URL(path, root), 'utf8');
const page = read('docs/telemetry.md');

function section(name: string): string {
  return page.split(/^## /m).find((part) => part.startsWith(`${name}\n`)) ?? '';
}

/** The cells of the rows whose first cell is code. */
function rows(text: string): readonly (readonly string[])[] {
  return text
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .slice(1, -1)
        .split('|')
        .map((cell) => cell.trim()),
    );
}

describe('docs/telemetry.md', () => {
  it('tells every channel, every field and what it holds', () => {
    const told = section('Channels')
      .split(/^### /m)
      .slice(1)
      .map((part) => [/^`bulkhead-ws:([\w-]+)`/.exec(part)?.[1], rows(part)] as const);
    const known = Object.entries(telemetryChannels).map(([name, { fields }]) => [
      name,
      Object.entries(fields).map(([field, words]) => [`\`${field}\``, words]),
    ]);
    expect(told).to.deep.equal(known);
  });

  it('tells every metric, its type and what it holds', () => {
    const told = rows(section('Metrics')).map(([name, type, , help]) => [name, type, help]);
    const known = fleetMetrics.map(({ name, type, help }) => [
      `\`${name}${type === 'counter' ? '_total' : ''}\``,
      type,
      help,
    ]);
    expect(told).to.deep.equal(known);
  });

  it('tells every instrument of OpenTelemetry and its attributes', () => {
    const told = rows(section('OpenTelemetry'));
    const known = openTelemetryMetrics.map(({ name, kind, attributes, about }) => [
      `\`${name}\``,
      kind,
      ['adapter', 'exchange', 'socket', ...attributes].map((one) => `\`bulkhead.${one}\``).join(', '),
      about,
    ]);
    expect(told).to.deep.equal(known);
  });
});

describe('docs/operations', () => {
  const names = new Set(
    fleetMetrics.flatMap(({ name, type }) => {
      if (type === 'counter') return [`${name}_total`];
      return type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
    }),
  );
  const used = (text: string): readonly string[] => [...new Set(text.match(/\bbulkhead_\w+/g) ?? [])];

  it('alerts on metrics that there are', () => {
    const found = used(read('docs/operations/alerts.yml'));
    expect(found.length).to.be.above(5);
    expect([...names]).to.include.members([...found]);
  });

  it('alerts by rules that Prometheus takes', async function () {
    needPromtool(this);
    const file = fileURLToPath(new URL('docs/operations/alerts.yml', root));
    expect(await promtool(['check', 'rules', file])).to.match(/SUCCESS: \d+ rules found/);
  });

  it('says what to do at each alert, and at no other', () => {
    const alerts = [...read('docs/operations/alerts.yml').matchAll(/alert: (\w+)/g)].map(([, name]) => name);
    const told = rows(
      read('docs/operations.md')
        .split(/^## /m)
        .find((part) => part.startsWith('Alerts')) ?? '',
    );
    expect(told.map(([name = '']) => name.replaceAll('`', ''))).to.deep.equal(alerts);
  });

  it('has a dashboard of metrics that there are', () => {
    const text = read('docs/operations/grafana-dashboard.json');
    const { panels } = JSON.parse(text) as { readonly panels: readonly { readonly title: string }[] };
    expect(panels.length).to.be.above(10);
    const found = used(text);
    expect([...names]).to.include.members([...found]);
  });
});
