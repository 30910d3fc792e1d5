// What the demo shows while it runs: a table that is drawn anew on a terminal, plain lines anywhere else, nothing with --json.
import { styleText } from 'node:util';
import type { Bot } from './bot.js';

export interface Display {
  /** Something happened that deserves a line. */
  tell(line: string): void;
  start(bots: readonly Bot[]): void;
  stop(): void;
}

export function displayFor(options: { readonly json: boolean; readonly isTerminal: boolean }): Display {
  if (options.json) return new LineDisplay(process.stderr, 5000);
  return options.isTerminal ? new TableDisplay() : new LineDisplay(process.stdout, 1000);
}

const TABLE_MS = 250;
const TOLD_KEPT = 5;
const columns = ['adapter', 'state', 'epoch', 'events/s', 'p50 us', 'p99 us', 'exits', 'last exit'] as const;
const widths = [10, 11, 6, 9, 8, 8, 6, 18] as const;

class TableDisplay implements Display {
  readonly #told: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #lines = 0;

  tell(line: string): void {
    this.#told.push(line);
    if (this.#told.length > TOLD_KEPT) this.#told.shift();
  }

  start(bots: readonly Bot[]): void {
    process.stdout.write('\u001b[?25l');
    let last = performance.now();
    this.#timer = setInterval(() => {
      const now = performance.now();
      this.#draw(bots, (now - last) / 1000);
      last = now;
    }, TABLE_MS);
  }

  stop(): void {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    process.stdout.write('\u001b[?25h');
  }

  #draw(bots: readonly Bot[], seconds: number): void {
    const rows = [
      styleText('bold', row(columns)),
      ...bots.map((bot) => rowOf(bot, seconds)),
      '',
      ...this.#told.map((line) => styleText('dim', line)),
    ];
    const up = this.#lines > 0 ? `\u001b[${this.#lines}A` : '';
    process.stdout.write(`${up}${rows.map((line) => `\u001b[2K${line}\n`).join('')}\u001b[J`);
    this.#lines = rows.length;
  }
}

function rowOf(bot: Bot, seconds: number): string {
  const { state } = bot.adapter;
  const exits = [...bot.exits.values()].reduce((total, count) => total + count, 0);
  const text = row([
    bot.name,
    state,
    bot.epoch,
    Math.round(bot.takeEvents() / seconds),
    microseconds(bot.latencyMs(0.5)),
    microseconds(bot.latencyMs(0.99)),
    exits,
    bot.lastExit,
  ]);
  return state === 'ready' ? text : styleText('yellow', text);
}

class LineDisplay implements Display {
  readonly #stream: NodeJS.WritableStream;
  readonly #everyMs: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(stream: NodeJS.WritableStream, everyMs: number) {
    this.#stream = stream;
    this.#everyMs = everyMs;
  }

  tell(line: string): void {
    this.#stream.write(`${line}\n`);
  }

  start(bots: readonly Bot[]): void {
    this.#timer = setInterval(() => this.tell(this.#summary(bots)), this.#everyMs);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #summary(bots: readonly Bot[]): string {
    const ready = bots.filter(({ adapter }) => adapter.state === 'ready').length;
    const events = bots.reduce((total, bot) => total + bot.takeEvents(), 0);
    const exits = bots.reduce((total, { adapter }) => total + adapter.stats().exits, 0);
    return `${ready} of ${bots.length} READY, ${Math.round((events * 1000) / this.#everyMs)} events/s, ${exits} exits so far`;
  }
}

function row(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, index) =>
      String(cell)
        .slice(0, widths[index])
        .padEnd(widths[index] ?? 8),
    )
    .join(' ');
}

function microseconds(ms: number): string {
  return Number.isNaN(ms) ? '-' : String(Math.round(ms * 1000));
}
