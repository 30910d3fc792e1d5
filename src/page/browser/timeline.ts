// Deaths and restores, newest first, each with its steps as a bar and in words.
import { arrange, byId, element, setData, setText, setTitle } from './dom.js';
import { clock, duration } from './format.js';
import type { Outage } from './outages.js';

/** Entries on the page; of the one adapter or of all. */
const MOST_SHOWN = 60;

interface Entry {
  readonly element: HTMLLIElement;
  readonly result: HTMLElement;
  readonly detail: HTMLElement;
  readonly bar: HTMLElement;
  readonly steps: HTMLElement;
  /** What it was drawn from: what has not changed is not drawn again. */
  key: string;
}

export class Timeline {
  readonly #list = byId('timeline', HTMLOListElement);
  readonly #empty = byId('timeline-empty', HTMLElement);
  readonly #count = byId('timeline-count', HTMLElement);
  readonly #entries = new Map<number, Entry>();

  update(outages: readonly Outage[], adapter: string | undefined, nowMs: number): void {
    const all = adapter === undefined ? outages : outages.filter((one) => one.adapter === adapter);
    const shown = all.slice(-MOST_SHOWN).toReversed();
    const numbers = new Set(shown.map(({ number }) => number));
    for (const number of this.#entries.keys()) if (!numbers.has(number)) this.#entries.delete(number);
    for (const outage of shown) this.#draw(outage, nowMs);
    arrange(
      this.#list,
      shown.map(({ number }) => this.#entries.get(number)!.element),
    );
    this.#empty.hidden = shown.length > 0;
    const open = all.filter(({ end }) => end === 'open').length;
    setText(this.#count, open === 0 ? '' : `${open} under way`);
  }

  #draw(outage: Outage, nowMs: number): void {
    let entry = this.#entries.get(outage.number);
    if (entry === undefined) {
      entry = entryOf(outage);
      this.#entries.set(outage.number, entry);
    }
    const { end, exits, phase, reason, kind, downMs } = outage;
    const soFar = end === 'open' ? duration(Math.round((nowMs - outage.atMs) / 100) * 100) : '';
    const key = [end, exits, phase, reason, kind, downMs, soFar].join('|');
    if (key === entry.key) return;
    entry.key = key;
    setData(entry.element, 'end', end);
    setText(entry.result, resultOf(outage, soFar));
    setText(entry.detail, detailOf(outage));
    setTitle(entry.detail, outage.message);
    if (end === 'restored' && entry.bar.childElementCount === 0) drawSteps(entry, outage);
  }
}

function entryOf({ adapter, atMs, kind }: Outage): Entry {
  const item = element('li', 'outage');
  item.dataset['kind'] = kind;
  const time = element('time', '', clock(atMs));
  time.title = clock(atMs, true);
  time.dateTime = new Date(atMs).toISOString();
  const result = element('span', 'result');
  const detail = element('span', 'detail');
  const bar = element('div', 'bar');
  bar.setAttribute('aria-hidden', 'true');
  const steps = element('ol', 'steps');
  const head = element('div', 'outage-head');
  head.append(time, element('strong', '', adapter), detail, result);
  item.append(head, bar, steps);
  return { element: item, result, detail, bar, steps, key: '' };
}

function resultOf({ end, phase, downMs, totalMs, kind }: Outage, soFar: string): string {
  if (end === 'over') return phase;
  if (end === 'open') return `${phase === '' ? 'down' : phase}, ${soFar} so far`;
  if (kind === 'death' && downMs !== undefined) return `READY, down ${duration(downMs)}`;
  return `READY after ${duration(totalMs ?? null)}`;
}

function detailOf({ kind, reason, exits, epoch, nextEpoch }: Outage): string {
  const tries = exits > 1 ? `, ${exits} exits` : '';
  const lives = [epoch, nextEpoch].filter((one) => one !== undefined).join(' → ');
  return `${kind === 'death' ? 'died: ' : ''}${reason}${tries}${lives === '' ? '' : `, epoch ${lives}`}`;
}

/** A wait and each step as a part of the bar, as wide as it was long; the words beneath are for those who want the figures. */
function drawSteps({ bar, steps }: Entry, { steps: done, downMs = 0, totalMs = 0 }: Outage): void {
  const waitMs = downMs - totalMs;
  const parts = [...(waitMs >= 1 ? [{ name: 'wait', ms: waitMs }] : []), ...done];
  for (const { name, ms } of parts) {
    const part = element('span', 'part');
    part.dataset['step'] = name;
    part.style.flexGrow = String(Math.max(ms, 0.01));
    part.title = `${name} ${duration(ms)}`;
    bar.append(part);
    const item = element('li');
    item.dataset['step'] = name;
    item.append(element('span', 'step', name), element('span', 'ms', duration(ms)));
    steps.append(item);
  }
}
