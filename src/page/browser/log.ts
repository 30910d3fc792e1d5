// The log: the latest lines, bounded, by adapter and level; it follows the newest line until the reader scrolls back.
import type { PageTransition } from '../messages.js';
import { byId, element, setText } from './dom.js';
import { clock } from './format.js';

const MOST_KEPT = 5000;
/** Lines on the page. */
const MOST_SHOWN = 400;
const levels = ['info', 'warn', 'error'] as const;
const words = { info: 'info', warn: 'warn', error: 'error' } as const;

export class Log {
  readonly #list = byId('log', HTMLOListElement);
  readonly #scroll = byId('log-scroll', HTMLElement);
  readonly #empty = byId('log-empty', HTMLElement);
  readonly #count = byId('log-count', HTMLElement);
  readonly #follow = byId('log-follow', HTMLButtonElement);
  readonly #adapter = byId('log-adapter', HTMLSelectElement);
  readonly #level = byId('log-level', HTMLSelectElement);
  readonly #lines: PageTransition[] = [];
  #names = '';
  #isFollowing = true;
  #omitted = 0;
  /** Lines that are not on the page yet. */
  #pending: PageTransition[] = [];

  constructor() {
    this.#adapter.addEventListener('change', () => this.#rebuild());
    this.#level.addEventListener('change', () => this.#rebuild());
    this.#follow.addEventListener('click', () => this.#toEnd());
    this.#scroll.addEventListener('scroll', () => {
      const { scrollHeight, scrollTop, clientHeight } = this.#scroll;
      this.#isFollowing = scrollHeight - scrollTop - clientHeight < 8;
      this.#follow.hidden = this.#isFollowing;
    });
  }

  clear(): void {
    this.#lines.length = 0;
    this.#pending = [];
    this.#omitted = 0;
    this.#list.replaceChildren();
  }

  add(lines: readonly PageTransition[], omitted: number): void {
    this.#omitted += omitted;
    this.#lines.push(...lines);
    if (this.#lines.length > MOST_KEPT) this.#lines.splice(0, this.#lines.length - MOST_KEPT);
    // A window that is not looked at is not drawn.
    this.#pending = [...this.#pending, ...lines.filter((line) => this.#isWanted(line))].slice(-MOST_SHOWN);
  }

  /** Puts the new lines on the page. */
  draw(): void {
    this.#append(this.#pending.splice(0));
  }

  /** Shows the lines of one adapter, or of all. */
  choose(adapter: string | undefined): void {
    this.#adapter.value = adapter ?? '';
    this.#rebuild();
  }

  /** The adapters that can be chosen. */
  offer(names: readonly string[]): void {
    const key = names.join('\n');
    if (key === this.#names) return;
    this.#names = key;
    const chosen = this.#adapter.value;
    const all = new Option('all', '');
    this.#adapter.replaceChildren(all, ...names.map((name) => new Option(name, name)));
    this.#adapter.value = names.includes(chosen) ? chosen : '';
    if (this.#adapter.value !== chosen) this.#rebuild();
  }

  #isWanted({ adapter, level }: PageTransition): boolean {
    const least = levels.indexOf(this.#level.value as (typeof levels)[number]);
    if (levels.indexOf(level) < least) return false;
    return this.#adapter.value === '' || adapter === this.#adapter.value;
  }

  #rebuild(): void {
    this.#list.replaceChildren();
    this.#pending = [];
    this.#append(this.#lines.filter((line) => this.#isWanted(line)).slice(-MOST_SHOWN));
    this.#toEnd();
  }

  #append(lines: readonly PageTransition[]): void {
    this.#list.append(...lines.map(itemOf));
    while (this.#list.childElementCount > MOST_SHOWN) this.#list.firstElementChild!.remove();
    if (this.#isFollowing && lines.length > 0) this.#toEnd();
    const shown = this.#list.childElementCount;
    this.#empty.hidden = shown > 0;
    const missing = this.#omitted === 0 ? '' : `, ${this.#omitted} left out`;
    setText(this.#count, `${shown} ${shown === 1 ? 'line' : 'lines'}${missing}`);
  }

  #toEnd(): void {
    this.#scroll.scrollTop = this.#scroll.scrollHeight;
    this.#isFollowing = true;
    this.#follow.hidden = true;
  }
}

function itemOf({ atMs, level, adapter, message }: PageTransition): HTMLLIElement {
  const item = element('li', 'line');
  item.dataset['level'] = level;
  const time = element('time', '', clock(atMs, true));
  item.append(
    time,
    element('span', 'level', words[level]),
    element('span', 'who', adapter ?? 'fleet'),
    element('span', 'text', message),
  );
  return item;
}
