// One simulated exchange, the proxy in front of it, and the deeds that wait for their occasion. Lives in the host's process, so that
// a fault strikes inside the very turn in which the exchange sees its occasion.
import { ChaosProxy, type JournalEntry, SimulatedDeribit } from '../../../src/testing/index.js';
import { JournalFile } from './journal-file.js';
import type { Deed, Occasion, StagePlan, StagePorts, StageSummary } from './messages.js';

interface Armed {
  readonly on: Occasion;
  readonly deeds: readonly Deed[];
  left: number;
}

const SKIPPED_STEPS = 20_000;
const SKIPPED_INSTRUMENT = 'SOL_USDC-PERPETUAL';

export class HostedStage {
  readonly #tell: () => void;
  readonly #file: JournalFile | undefined;
  #exchange: SimulatedDeribit | undefined;
  #proxy: ChaosProxy | undefined;
  #armed: Armed[] = [];

  static async open(plan: StagePlan, tell: () => void): Promise<HostedStage> {
    const stage = new HostedStage(plan, tell);
    await stage.#start(plan);
    return stage;
  }

  private constructor({ journal }: StagePlan, tell: () => void) {
    this.#tell = tell;
    this.#file = journal === undefined ? undefined : new JournalFile(journal);
  }

  get ports(): StagePorts {
    return { exchangePort: this.#exchange?.port ?? 0, proxyPort: this.#proxy?.port ?? 0 };
  }

  summary(): StageSummary {
    this.#file?.flush();
    const network = this.#proxy?.network();
    return {
      connections: this.#exchange?.connections.length ?? 0,
      links: this.#proxy?.connections ?? 0,
      framesSent: this.#file?.framesSent ?? 0,
      entries: this.#file?.entries ?? 0,
      lastSent: this.#file?.lastSent ?? {},
      droppedBytes: (network?.droppedUp ?? 0) + (network?.droppedDown ?? 0),
    };
  }

  act(deeds: readonly Deed[]): void {
    for (const deed of deeds) this.#do(deed);
  }

  arm(on: Occasion, deeds: readonly Deed[]): void {
    this.#armed.push({ on, deeds, left: on.nth ?? 1 });
  }

  async close(): Promise<void> {
    this.#armed = [];
    await this.#proxy?.close();
    await this.#exchange?.close();
    this.#file?.close();
  }

  async #start({ exchange, proxy, skipsChanges }: StagePlan): Promise<void> {
    if (exchange !== undefined) {
      this.#exchange = await SimulatedDeribit.start({
        ...exchange,
        journal: { maxEntries: 100, onEntry: (entry) => this.#note(entry) },
      });
      if (skipsChanges === true) this.#exchange.stepMarket(SKIPPED_INSTRUMENT, SKIPPED_STEPS);
    }
    if (proxy === undefined) return;
    const port = proxy.targetPort ?? this.#exchange?.port ?? 0;
    this.#proxy = await ChaosProxy.start({ target: { host: '127.0.0.1', port }, seed: proxy.seed });
  }

  #note(entry: JournalEntry): void {
    this.#file?.write(entry);
    if (this.#armed.length > 0) this.#strike(entry);
  }

  #strike(entry: JournalEntry): void {
    for (const armed of [...this.#armed]) {
      if (!fits(armed.on, entry)) continue;
      armed.left -= 1;
      if (armed.left > 0) continue;
      this.#armed = this.#armed.filter((other) => other !== armed);
      this.act(armed.deeds);
    }
  }

  #do(deed: Deed): void {
    switch (deed.do) {
      case 'inject':
        return this.#exchange?.inject(deed.fault);
      case 'conditions':
        return this.#proxy?.set(deed.conditions);
      case 'cut':
        return void this.#proxy?.cut(deed.by);
      case 'flood':
        return this.#exchange?.flood(deed.flood);
      case 'calm':
        return this.#exchange?.stopFlood();
      case 'signal':
        this.#file?.flush();
        return void process.kill(process.pid, deed.signal);
      case 'tell':
        return this.#tell();
    }
  }
}

function fits(on: Occasion, entry: JournalEntry): boolean {
  if (entry.kind !== on.kind) return false;
  return on.method === undefined || (entry.kind === 'request' && new RegExp(on.method).test(entry.method));
}
