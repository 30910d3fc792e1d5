// The line at the top: the fleet as a whole, and whether the page is up to date.
import type { PageFleet } from '../messages.js';
import { ago, count, duration } from './format.js';
import { byId, element, setData, setText } from './dom.js';
import { healthTone, stateInWords, toneOf, type Tone } from './states.js';

/** `live`; `late`: connected, but nothing comes; `lost`: not connected. */
export type LinkState = 'opening' | 'live' | 'late' | 'lost';

interface Total {
  readonly title: string;
  text(fleet: PageFleet, nowMs: number): string;
  tone?(fleet: PageFleet): Tone;
}

const totals: readonly Total[] = [
  { title: 'State', text: ({ state }) => stateInWords(state), tone: ({ state }) => toneOf(state) },
  { title: 'Health', text: ({ health }) => String(health), tone: ({ health }) => healthTone(health) },
  { title: 'READY', text: ({ ready, adapters }) => `${ready} of ${adapters}` },
  { title: 'Events/s', text: ({ eventsPerSecond }) => count(eventsPerSecond) },
  { title: 'Gaps', text: ({ gaps }) => count(gaps) },
  { title: 'Exits', text: ({ exits }) => count(exits) },
  { title: 'Restores', text: ({ restores }) => count(restores) },
  { title: 'Memory', text: ({ rssMb }) => `${count(rssMb)} MB` },
  { title: 'CPU', text: ({ cpu }) => `${cpu.toFixed(2)} cores` },
  { title: 'Main loop', text: ({ loopDelayMs }) => duration(loopDelayMs) },
  {
    title: 'Up',
    text: ({ startedAtMs }, nowMs) => (startedAtMs === null ? 'not yet' : ago(nowMs - startedAtMs)),
  },
];

export class Header {
  readonly #name = byId('fleet-name', HTMLElement);
  readonly #link = byId('link', HTMLElement);
  readonly #values: readonly HTMLElement[];

  constructor() {
    const list = byId('totals', HTMLElement);
    this.#values = totals.map(({ title }) => {
      const pair = element('div');
      const value = element('dd');
      pair.append(element('dt', '', title), value);
      list.append(pair);
      return value;
    });
  }

  update(fleet: PageFleet, nowMs: number): void {
    setText(this.#name, fleet.name);
    for (const [index, total] of totals.entries()) {
      const value = this.#values[index]!;
      setText(value, total.text(fleet, nowMs));
      const tone = total.tone?.(fleet);
      if (tone !== undefined) setData(value, 'tone', tone);
    }
    const title = `${fleet.ready}/${fleet.adapters} READY · ${fleet.name}`;
    if (document.title !== title) document.title = title;
  }

  link(state: LinkState, words: string): void {
    setData(this.#link, 'link', state);
    setText(this.#link, words);
    document.body.classList.toggle('stale', state === 'late' || state === 'lost');
  }
}
