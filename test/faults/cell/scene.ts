// Where one cell plays: an exchange and the proxy in front of it, in other processes, and what can be done to them.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DeribitOptions } from '../../../src/testing/index.js';
import { withTimeout } from '../../support/wait-for.js';
import { Host } from '../host/host.js';
import { type ExchangeRecord, readJournals } from '../host/journal-file.js';
import type { Deed, Occasion, StageSummary } from '../host/messages.js';
import type { Namespace } from '../host/namespace.js';

let lastScene = 0;

export interface SceneOptions {
  readonly exchange: DeribitOptions;
  readonly seed: number;
  /** The exchange gets a process of its own. */
  readonly alone: boolean;
  /** The exchange gets a network of its own, and is connected to without a proxy. */
  readonly namespace?: Namespace;
}

export class Scene {
  readonly name: string;
  readonly #shared: Host;
  readonly #options: SceneOptions;
  readonly #folder = mkdtempSync(join(tmpdir(), 'bulkhead-faults-'));
  readonly #journals: string[] = [];
  #own: Host | undefined;
  #exchangePort = 0;
  #proxyPort = 0;

  static async open(shared: Host, options: SceneOptions): Promise<Scene> {
    const scene = new Scene(shared, options);
    await scene.#open();
    return scene;
  }

  private constructor(shared: Host, options: SceneOptions) {
    lastScene += 1;
    this.name = `s${lastScene}`;
    this.#shared = shared;
    this.#options = options;
  }

  get url(): string {
    const address = this.#options.namespace?.address ?? '127.0.0.1';
    return `ws://${address}:${this.port}/ws/api/v2`;
  }

  /** What adapters connect to: the proxy, where there is one. */
  get port(): number {
    return this.#options.namespace === undefined ? this.#proxyPort : this.#exchangePort;
  }

  /** Does deeds now. Those that stop a process are not waited for. */
  async act(...deeds: readonly Deed[]): Promise<void> {
    const { network, exchange } = split(deeds);
    if (this.#own === undefined) return this.#shared.act(this.name, ...deeds);
    const answered = this.#own.act(this.name, ...exchange).catch(() => {});
    if (!exchange.some((deed) => deed.do === 'signal')) await answered;
    if (network.length > 0) await this.#shared.act(this.name, ...network);
  }

  /** Has deeds done in the turn in which the exchange sees the occasion. */
  arm(on: Occasion, ...deeds: readonly Deed[]): Promise<void> {
    return (this.#own ?? this.#shared).arm(this.name, on, ...deeds);
  }

  /** Called when an armed deed tells. */
  onTold(listener: () => void): void {
    (this.#own ?? this.#shared).onTold(this.name, listener);
  }

  /** What the exchange's part (frames, connections) and the proxy's part (links) say. */
  async summary(): Promise<StageSummary> {
    if (this.#options.namespace !== undefined && this.#own !== undefined) return this.#own.summary(this.name);
    const proxy = await this.#shared.summary(this.name);
    if (this.#own === undefined) return proxy;
    const exchange = await this.#own.summary(this.name);
    return { ...exchange, links: proxy.links, droppedBytes: proxy.droppedBytes };
  }

  /** Lets a stopped exchange go on. */
  resume(): void {
    this.#own?.signal('SIGCONT');
  }

  /** Starts a killed exchange again, on its port. */
  async restart(): Promise<void> {
    await this.#own?.exited;
    this.#own = new Host();
    const { exchange, seed } = this.#options;
    const life = this.#journals.length;
    await this.#own.open(this.name, {
      exchange: { ...exchange, port: this.#exchangePort, seed: seed + life * 7919 },
      journal: this.#journal(),
      skipsChanges: true,
    });
  }

  /** Ends everything and reads what the exchange wrote. */
  async close(): Promise<ExchangeRecord> {
    this.resume();
    await withTimeout(this.#closeHosts(), 'the closing of the exchange and the proxy', 30_000);
    const record = readJournals(this.#journals);
    rmSync(this.#folder, { recursive: true, force: true });
    return record;
  }

  async #closeHosts(): Promise<void> {
    await this.#own?.closeStage(this.name).catch(() => {});
    await this.#own?.close();
    if (this.#options.namespace === undefined) await this.#shared.closeStage(this.name);
  }

  async #open(): Promise<void> {
    const { exchange, seed, alone, namespace } = this.#options;
    const own = { exchange: { ...exchange, seed }, journal: this.#journal() };
    if (namespace !== undefined) {
      this.#own = namespace.host();
      const plan = { ...own, exchange: { ...own.exchange, host: namespace.address } };
      this.#exchangePort = (await this.#own.open(this.name, plan)).exchangePort;
      return;
    }
    if (!alone) {
      const ports = await this.#shared.open(this.name, { ...own, proxy: { seed } });
      this.#proxyPort = ports.proxyPort;
      return;
    }
    this.#own = new Host();
    this.#exchangePort = (await this.#own.open(this.name, own)).exchangePort;
    const proxy = { seed, targetPort: this.#exchangePort };
    this.#proxyPort = (await this.#shared.open(this.name, { proxy })).proxyPort;
  }

  #journal(): string {
    const path = join(this.#folder, `${this.#journals.length}.log`);
    this.#journals.push(path);
    return path;
  }
}

function split(deeds: readonly Deed[]): { network: readonly Deed[]; exchange: readonly Deed[] } {
  const isNetwork = (deed: Deed): boolean => deed.do === 'conditions' || deed.do === 'cut';
  return { network: deeds.filter(isNetwork), exchange: deeds.filter((deed) => !isNetwork(deed)) };
}
