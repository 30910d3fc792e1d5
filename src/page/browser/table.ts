// The table of adapters: one row each, changed in place; sorted, filtered, and usable without a mouse.
import type { PageRow } from '../messages.js';
import { type Column, columns, matches } from './columns.js';
import { arrange, byId, element, setText } from './dom.js';

interface Line {
  readonly element: HTMLTableRowElement;
  readonly cells: readonly HTMLTableCellElement[];
}

export class Table {
  readonly #body = byId('rows', HTMLTableSectionElement);
  readonly #empty = byId('table-empty', HTMLElement);
  readonly #count = byId('adapters-count', HTMLElement);
  readonly #headings = new Map<Column, HTMLTableCellElement>();
  readonly #lines = new Map<string, Line>();
  readonly #select: (name: string) => void;
  #rows: ReadonlyMap<string, PageRow> = new Map();
  #sortedBy: Column = columns[0]!;
  #isDescending = false;
  #filter = '';
  #selected: string | undefined;
  /** The row that Tab leads to. */
  #active: string | undefined;

  constructor(select: (name: string) => void) {
    this.#select = select;
    byId('head', HTMLTableRowElement).append(...columns.map((column) => this.#heading(column)));
    this.#body.addEventListener('click', (event) => this.#clicked(event));
    this.#body.addEventListener('keydown', (event) => this.#pressed(event));
    this.#body.addEventListener('focusin', (event) => this.#activate(nameOf(event.target)));
    this.#showSort();
  }

  /** Shows the rows as they are now; only those that changed are drawn. */
  update(rows: ReadonlyMap<string, PageRow>, changed: ReadonlySet<string>, nowMs: number): void {
    this.#rows = rows;
    for (const name of this.#lines.keys()) if (!rows.has(name)) this.#lines.delete(name);
    for (const [name, row] of rows) {
      const isNew = !this.#lines.has(name);
      if (isNew) this.#lines.set(name, this.#line(name));
      if (isNew || changed.has(name)) this.#draw(row, nowMs);
      else this.#drawTimes(row, nowMs);
    }
    this.#arrange();
  }

  filter(text: string): void {
    this.#filter = text.trim();
    this.#arrange();
  }

  select(name: string | undefined): void {
    this.#selected = name;
    for (const [one, { element: row }] of this.#lines)
      row.setAttribute('aria-selected', String(one === name));
  }

  /** Moves the keyboard's focus into the table. */
  focus(): void {
    const first = this.#shown()[0];
    const active = this.#active !== undefined && this.#shown().includes(this.#active) ? this.#active : first;
    if (active !== undefined) this.#lines.get(active)?.element.focus();
  }

  #heading(column: Column): HTMLTableCellElement {
    const cell = element('th', column.isNumber ? 'number' : '');
    cell.scope = 'col';
    cell.dataset['rank'] = String(column.rank);
    cell.dataset['column'] = column.key;
    const button = element('button', '', column.title);
    button.type = 'button';
    button.title = column.hint;
    button.addEventListener('click', () => this.#sort(column));
    cell.append(button);
    this.#headings.set(column, cell);
    return cell;
  }

  #sort(column: Column): void {
    // Of figures the highest are what one looks for.
    this.#isDescending = column === this.#sortedBy ? !this.#isDescending : column.isNumber;
    this.#sortedBy = column;
    this.#showSort();
    this.#arrange();
  }

  #showSort(): void {
    for (const [column, cell] of this.#headings) {
      const direction = this.#isDescending ? 'descending' : 'ascending';
      cell.setAttribute('aria-sort', column === this.#sortedBy ? direction : 'none');
    }
  }

  #line(name: string): Line {
    const row = element('tr');
    row.dataset['name'] = name;
    row.tabIndex = -1;
    row.setAttribute('aria-selected', String(name === this.#selected));
    const cells = columns.map((column) => {
      const cell = element('td', column.isNumber ? 'number' : '');
      cell.dataset['rank'] = String(column.rank);
      cell.dataset['column'] = column.key;
      column.build?.(cell);
      return cell;
    });
    row.append(...cells);
    return { element: row, cells };
  }

  #draw(row: PageRow, nowMs: number): void {
    const { cells } = this.#lines.get(row.name)!;
    for (const [index, column] of columns.entries()) {
      const cell = cells[index]!;
      if (column.draw === undefined) setText(cell, column.text(row, nowMs));
      else column.draw(cell, row);
    }
  }

  /** What grows older by itself. */
  #drawTimes(row: PageRow, nowMs: number): void {
    if (row.lastExit === null) return;
    const index = columns.findIndex(({ key }) => key === 'lastExit');
    setText(this.#lines.get(row.name)!.cells[index]!, columns[index]!.text(row, nowMs));
  }

  /** Names in the order in which they are shown. */
  #shown(): readonly string[] {
    const rows = [...this.#rows.values()].filter((row) => matches(row, this.#filter));
    const sign = this.#isDescending ? -1 : 1;
    return rows
      .sort((one, other) => sign * this.#compare(one, other) || byName(one, other))
      .map(({ name }) => name);
  }

  #compare(one: PageRow, other: PageRow): number {
    const [first, second] = [this.#sortedBy.sortBy(one), this.#sortedBy.sortBy(other)];
    if (typeof first === 'number' && typeof second === 'number') return first - second;
    return natural.compare(String(first), String(second));
  }

  #arrange(): void {
    const names = this.#shown();
    const focused = nameOf(document.activeElement);
    arrange(
      this.#body,
      names.map((name) => this.#lines.get(name)!.element),
    );
    // A row that is moved loses the focus.
    if (focused !== undefined && document.activeElement === document.body)
      this.#lines.get(focused)?.element.focus({ preventScroll: true });
    if (this.#active === undefined || !names.includes(this.#active)) this.#activate(names[0]);
    this.#empty.hidden = names.length > 0 || this.#rows.size === 0;
    const total = this.#rows.size;
    setText(this.#count, names.length === total ? String(total) : `${names.length} of ${total}`);
  }

  #activate(name: string | undefined): void {
    if (name === undefined) return;
    const before = this.#lines.get(this.#active ?? '')?.element;
    if (before !== undefined) before.tabIndex = -1;
    this.#active = name;
    const now = this.#lines.get(name)?.element;
    if (now !== undefined) now.tabIndex = 0;
  }

  #clicked({ target }: Event): void {
    const name = nameOf(target);
    if (name !== undefined) this.#select(name);
  }

  #pressed(event: KeyboardEvent): void {
    const name = nameOf(event.target);
    if (name === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    if (event.key === 'Enter' || event.key === ' ') this.#select(name);
    else if (!this.#move(name, event.key)) return;
    event.preventDefault();
  }

  #move(from: string, key: string): boolean {
    const names = this.#shown();
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: 10,
      PageUp: -10,
      Home: -names.length,
      End: names.length,
    };
    const step = steps[key];
    if (step === undefined) return false;
    const index = Math.min(names.length - 1, Math.max(0, names.indexOf(from) + step));
    const row = this.#lines.get(names[index] ?? '')?.element;
    row?.focus({ preventScroll: true });
    row?.scrollIntoView({ block: 'nearest' });
    return true;
  }
}

const natural = new Intl.Collator('en', { numeric: true });

function byName(one: PageRow, other: PageRow): number {
  return natural.compare(one.name, other.name);
}

function nameOf(target: EventTarget | null): string | undefined {
  return target instanceof Element ? target.closest<HTMLElement>('#rows tr')?.dataset['name'] : undefined;
}
