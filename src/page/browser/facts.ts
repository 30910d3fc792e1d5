// What else is known of the selected adapter, beneath its name.
import type { PageRow } from '../messages.js';
import { byId, element, setData, setText } from './dom.js';
import { count, duration, reasons, UNKNOWN } from './format.js';
import { stateInWords, toneOf } from './states.js';

interface Fact {
  readonly title: string;
  readonly isWide?: boolean;
  text(row: PageRow): string;
}

const facts: readonly Fact[] = [
  { title: 'State', text: ({ state, step }) => stateInWords(state, step) },
  { title: 'Exchange', text: ({ exchange }) => exchange },
  { title: 'Topics', text: ({ topicsConfirmed, topicsWanted }) => `${topicsConfirmed} of ${topicsWanted}` },
  { title: 'Epoch', text: ({ epoch }) => String(epoch) },
  { title: 'Attempt', text: ({ attempt }) => String(attempt) },
  { title: 'Restores', text: ({ restores }) => count(restores) },
  { title: 'Rotations', text: ({ rotations }) => count(rotations) },
  { title: 'Restarts', text: ({ restarts }) => count(restarts) },
  { title: 'Heartbeat', text: ({ heartbeatMs }) => duration(heartbeatMs) },
  { title: 'Venue to read', text: ({ venueMs }) => duration(venueMs) },
  { title: 'Lag peak', text: ({ lagPeakMs }) => duration(lagPeakMs) },
  { title: 'Thread CPU', text: ({ cpu }) => (cpu === null ? UNKNOWN : `${Math.round(cpu * 100)} %`) },
  { title: 'Thread heap', text: ({ heapMb }) => `${heapMb} MB` },
  { title: 'Exits', isWide: true, text: ({ exitReasons }) => reasons(exitReasons) || 'none' },
  { title: 'Last exit', isWide: true, text: ({ lastExit }) => lastExit?.reason ?? 'none' },
  { title: 'Failure', isWide: true, text: ({ failure }) => failure ?? '' },
];

export class Facts {
  readonly #list = byId('facts', HTMLElement);
  readonly #pairs = facts.map(({ title, isWide = false }) => {
    const pair = element('div', isWide ? 'wide' : '');
    const value = element('dd');
    pair.append(element('dt', '', title), value);
    return { pair, value };
  });

  constructor() {
    this.#list.append(...this.#pairs.map(({ pair }) => pair));
  }

  update(row: PageRow | undefined): void {
    this.#list.hidden = row === undefined;
    if (row === undefined) return;
    for (const [index, fact] of facts.entries()) {
      const { pair, value } = this.#pairs[index]!;
      const text = fact.text(row);
      setText(value, text);
      pair.hidden = text === '';
    }
    setData(this.#pairs[0]!.value, 'tone', toneOf(row.state));
  }
}
