// The live page: takes the server's messages in, and draws what has changed once per frame.
import type { PageMessage, PageSeries } from '../messages.js';
import { Charts, type Point } from './charts.js';
import { Control } from './control.js';
import { byId, setText } from './dom.js';
import { Facts } from './facts.js';
import { Header } from './header.js';
import { follow } from './live.js';
import { Log } from './log.js';
import { Model } from './model.js';
import { Outages } from './outages.js';
import { Table } from './table.js';
import { Timeline } from './timeline.js';

class Page {
  readonly #model = new Model();
  readonly #outages = new Outages();
  readonly #header = new Header();
  readonly #table = new Table((name) => this.select(name));
  readonly #charts = new Charts();
  readonly #facts = new Facts();
  readonly #timeline = new Timeline();
  readonly #log = new Log();
  readonly #control = new Control();
  readonly #filter = byId('filter', HTMLInputElement);
  readonly #showAll = byId('show-all', HTMLButtonElement);
  readonly #changed = new Set<string>();
  #selected: string | undefined;
  #isDrawing = false;
  /** Rises with each selection, so that an answer that comes late is not taken for that of another. */
  #selection = 0;

  start(): void {
    follow('/page/events', {
      message: (message) => this.#take(message),
      link: (state, words) => this.#header.link(state, words),
    });
    this.#filter.addEventListener('input', () => this.#table.filter(this.#filter.value));
    this.#filter.addEventListener('keydown', (event) => this.#filterKey(event));
    this.#showAll.addEventListener('click', () => this.select(undefined));
    document.addEventListener('keydown', (event) => this.#key(event));
    // A page in the background draws nothing; what the charts missed the server has.
    document.addEventListener('visibilitychange', () => document.hidden || void this.#loadSeries());
  }

  /** Shows one adapter, or all of them. */
  select(name: string | undefined): void {
    this.#selected = name;
    this.#table.select(name);
    this.#log.choose(name);
    this.#showAll.hidden = name === undefined;
    setText(byId('subject', HTMLElement), name ?? 'All adapters');
    this.#draw();
    void this.#loadSeries();
  }

  #take(message: PageMessage): void {
    const isFirst = message.kind === 'full';
    if (isFirst) {
      this.#outages.clear();
      this.#log.clear();
    }
    for (const name of this.#model.apply(message)) this.#changed.add(name);
    for (const transition of message.transitions) this.#outages.add(transition);
    this.#log.add(message.transitions, message.omitted);
    this.#log.offer([...this.#model.rows.keys()]);
    if (this.#selected !== undefined && !this.#model.rows.has(this.#selected)) this.select(undefined);
    else if (isFirst) void this.#loadSeries();
    this.#drawSoon();
  }

  #drawSoon(): void {
    if (this.#isDrawing) return;
    this.#isDrawing = true;
    requestAnimationFrame(() => {
      this.#isDrawing = false;
      this.#draw();
    });
  }

  #draw(): void {
    const { fleet, rows, nowMs, controlKey } = this.#model;
    if (fleet === undefined) return;
    this.#header.update(fleet, nowMs);
    this.#table.update(rows, this.#changed, nowMs);
    this.#changed.clear();
    this.#facts.update(this.#selected === undefined ? undefined : rows.get(this.#selected));
    this.#timeline.update(this.#outages.list, this.#selected, nowMs);
    this.#control.update(controlKey, this.#selected);
    this.#charts.add(nowMs, this.#point());
    // Last: it has to know how high everything is.
    this.#log.draw();
  }

  /** The same figures as those of the server's series: the sum of events, the worst of delays. */
  #point(): Point {
    const { rows } = this.#model;
    const shown = this.#selected === undefined ? [...rows.values()] : [rows.get(this.#selected)!];
    const most = (figure: 'lagMs' | 'p50Ms' | 'p99Ms'): number | null => {
      const known = shown.flatMap((row) => row[figure] ?? []);
      return known.length === 0 ? null : Math.max(...known);
    };
    return {
      eventsPerSecond: shown.reduce((sum, row) => sum + row.eventsPerSecond, 0),
      lagMs: most('lagMs'),
      p50Ms: most('p50Ms'),
      p99Ms: most('p99Ms'),
    };
  }

  async #loadSeries(): Promise<void> {
    this.#selection += 1;
    const asked = this.#selection;
    const query = this.#selected === undefined ? '' : `?adapter=${encodeURIComponent(this.#selected)}`;
    try {
      const response = await fetch(`/page/series.json${query}`);
      // An adapter that was removed meanwhile has none.
      if (!response.ok || asked !== this.#selection) return;
      this.#charts.load((await response.json()) as PageSeries);
    } catch {
      // The stream says that the connection is lost, and asks again when it is back.
    }
  }

  #filterKey(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      this.#filter.value = '';
      this.#table.filter('');
    } else if (event.key !== 'ArrowDown' && event.key !== 'Enter') return;
    event.preventDefault();
    event.stopPropagation();
    this.#table.focus();
  }

  #key(event: KeyboardEvent): void {
    if (event.altKey || event.ctrlKey || event.metaKey || document.querySelector('dialog[open]') !== null)
      return;
    const isTyping = event.target instanceof Element && event.target.matches('input, select, textarea');
    if (event.key === '/' && !isTyping) {
      event.preventDefault();
      this.#filter.focus();
      this.#filter.select();
    }
    if (event.key === 'Escape' && !isTyping) this.select(undefined);
  }
}

new Page().start();
