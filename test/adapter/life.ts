// Writes down what an adapter tells of its life, and checks what must hold in every life.
import { expect } from 'chai';
import type { Adapter, Exit, Gap, RestoreReport, SocketStatus } from '../../src/index.js';
import { waitFor } from '../support/wait-for.js';

export class Life {
  readonly adapter: Adapter;
  readonly statuses: SocketStatus[] = [];
  readonly exits: Exit[] = [];
  readonly gaps: Gap[] = [];
  readonly reports: RestoreReport[] = [];
  /** What must never happen, in words. */
  readonly violations: string[] = [];
  trades = 0;
  /** By topic: the last trade's number, while nothing was said to be missing after it. */
  readonly #lastTrade = new Map<string, number>();
  #isDown = false;

  constructor(adapter: Adapter) {
    this.adapter = adapter;
    adapter
      .on('status', (status) => this.#status(status))
      .on('exit', (exit) => this.#exit(exit))
      .on('gap', (gap) => this.#gap(gap))
      .on('restored', (report) => void this.reports.push(report))
      .on('trades', (trades) => {
        this.#noLateBatch();
        for (const trade of trades) this.#trade(trade.topic, trade.sequence);
      })
      .on('books', () => this.#noLateBatch());
  }

  get states(): readonly string[] {
    return this.statuses.map(({ state, step }) => (step === undefined ? state : `${state} ${step}`));
  }

  /** Resolves once the adapter is READY in this epoch or a later one. */
  async ready(epoch: number): Promise<void> {
    await waitFor(
      () => this.adapter.state === 'ready' && (this.adapter.sockets[0]?.epoch ?? 0) >= epoch,
      `READY in epoch ${epoch}; told so far: ${this.states.slice(-6).join(', ')}; last exit: ${this.exits.at(-1)?.reason}`,
    );
  }

  /** Resolves once trades of this epoch have come. */
  async flowing(): Promise<void> {
    const before = this.trades;
    await waitFor(() => this.trades > before, 'trades to flow');
  }

  /** What holds for every life that goes on: one connect per exit, and nothing of a dead epoch. */
  expectOneReconnectEach(exits: number): void {
    const stats = this.adapter.stats();
    expect(this.violations).to.deep.equal([]);
    expect(this.exits.map(({ epoch }) => epoch)).to.deep.equal(
      Array.from({ length: exits }, (_, i) => i + 1),
    );
    expect(stats).to.include({ exits, opens: exits + 1, framesAfterExit: 0, pendingAfterExit: 0 });
  }

  #status(status: SocketStatus): void {
    this.statuses.push(status);
    if (status.state === 'restoring') this.#isDown = false;
  }

  #exit(exit: Exit): void {
    this.exits.push(exit);
    this.#isDown = true;
  }

  #gap(gap: Gap): void {
    this.gaps.push(gap);
    this.#lastTrade.delete(gap.topic);
  }

  #trade(topic: string, sequence: number): void {
    this.trades += 1;
    const last = this.#lastTrade.get(topic);
    if (last !== undefined && sequence !== last + 1)
      this.violations.push(`${topic}: trade ${sequence} follows ${last} without a gap`);
    this.#lastTrade.set(topic, sequence);
  }

  #noLateBatch(): void {
    if (this.#isDown) this.violations.push('a batch came after the exit of its connection');
  }
}
