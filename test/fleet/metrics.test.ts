// A scrape of a fleet, read by parsers that are not ours.
import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMetrics } from '../../src/index.js';
import { fleetMetrics } from '../../src/fleet/metrics.js';
import { root } from '../docs/root.js';
import { TRADES } from '../adapter/stage.js';
import { waitFor } from '../support/wait-for.js';
import { needPromtool, promtool } from '../support/promtool.js';
import { FleetStage } from './stage.js';

interface ParsedFamily {
  readonly name: string;
  readonly type: string;
  readonly help: string;
  readonly metrics: readonly {
    readonly labels?: Readonly<Record<string, string>>;
    readonly value?: string;
  }[];
}

const parse = createRequire(import.meta.url)('parse-prometheus-text-format') as (
  text: string,
) => readonly ParsedFamily[];
describe('the metrics of a fleet', () => {
  let stage: FleetStage;
  let url: string;
  let openMetricsText: string;
  let text: string;
  before(async () => {
    stage = await FleetStage.open();
    const heartbeat = { type: 'standard', intervalMs: 50 };
    const fleet = stage.fleet(['a"1', 'a2'], { topics: [TRADES], connection: { heartbeat } });
    await fleet.start();
    fleet.get('a2')?.terminate();
    await waitFor(() => fleet.list()[1]?.lastRestore?.downMs !== null, 'the restore');
    await waitFor(
      () =>
        fleet
          .list()
          .every(
            ({ cpu, heartbeatMs, utilization }) => cpu !== null && heartbeatMs !== null && utilization > 0,
          ),
      'the samples of the threads',
    );
    url = (await fleet.serve()).url;
    openMetricsText = openMetrics(fleet);
    text = await (await fetch(`${url}metrics`)).text();
  });
  after(() => stage.close());

  it('are all there, each with its type and what it means', () => {
    const told = parse(text).map(({ name, type, help }) => [name, type.toLowerCase(), help]);
    const table = fleetMetrics.map(({ name, type, help }) => [
      type === 'counter' ? `${name}_total` : name,
      type,
      help,
    ]);
    // Rotations and restarts are counters that begin with 0, so every family has a value.
    expect(told).to.deep.equal(table);
  });

  it('are the values that the dashboard and the alerts ask for, each there under the very name', () => {
    const read = (name: string): string => readFileSync(new URL(`docs/operations/${name}`, root), 'utf8');
    const queries = [...read('alerts.yml').matchAll(/expr: (.*)/g)].map(([, query = '']) => query);
    JSON.parse(read('grafana-dashboard.json'), (key, value: unknown) => {
      if ((key === 'expr' || key === 'query') && typeof value === 'string') queries.push(value);
      return value;
    });
    const metrics = queries.map((query) => query.match(/\bbulkhead_\w+/g) ?? []);
    // `up` is Prometheus's own; the other one chooses the data source.
    expect(queries.filter((_, index) => metrics[index]?.length === 0)).to.deep.equal([
      'up{job="bulkhead"} == 0',
      'prometheus',
    ]);
    expect(queries.length).to.be.above(30);
    const scraped = new Set(text.match(/^\w+(?=[{ ])/gm));
    expect([...scraped]).to.include.members(metrics.flat());
  });

  it('tell each adapter by its labels, also where a name has quotes', () => {
    const ready = parse(text).find(({ name }) => name === 'bulkhead_adapter_ready');
    expect(ready?.metrics).to.deep.equal([
      { value: '1', labels: { fleet: 'fleet', adapter: 'a"1', exchange: 'deribit' } },
      { value: '1', labels: { fleet: 'fleet', adapter: 'a2', exchange: 'deribit' } },
    ]);
    const exits = parse(text).find(({ name }) => name === 'bulkhead_exits_total');
    expect(exits?.metrics).to.deep.equal([
      { value: '1', labels: { fleet: 'fleet', adapter: 'a2', exchange: 'deribit', reason: 'terminated' } },
    ]);
  });

  it('are served in the dialect that the scraper asks for', async () => {
    const plain = await fetch(`${url}metrics`);
    expect(plain.headers.get('content-type')).to.equal('text/plain; version=0.0.4; charset=utf-8');
    expect(await plain.text()).not.to.include('# EOF');
    const open = await fetch(`${url}metrics`, {
      headers: { accept: 'application/openmetrics-text;version=1.0.0' },
    });
    expect(open.headers.get('content-type')).to.match(/^application\/openmetrics-text; version=1\.0\.0/);
    expect(await open.text()).to.match(/# EOF\n$/);
  });

  it('pass `promtool check metrics`', async function () {
    needPromtool(this);
    expect(await promtool(['check', 'metrics'], text)).to.equal('');
  });

  it('in OpenMetrics are read by Prometheus itself', async function () {
    needPromtool(this);
    const folder = await mkdtemp(join(tmpdir(), 'bulkhead-metrics-'));
    try {
      // Its importer reads OpenMetrics strictly; it wants a time with each value.
      const timed = openMetricsText.replace(/^(?!#)(.+)$/gm, '$1 1700000000');
      await writeFile(join(folder, 'metrics.txt'), timed);
      await promtool(['tsdb', 'create-blocks-from', 'openmetrics', join(folder, 'metrics.txt'), folder]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
