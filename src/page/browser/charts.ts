// Three charts over the same time, ten minutes at most: events, lag, latency; of the selected adapter or of all.
import type { PageSeries } from '../messages.js';
import { byId, element, setText } from './dom.js';
import { count, duration, UNKNOWN } from './format.js';
import uPlot from './vendor/uplot.js';

type Figure = Exclude<keyof PageSeries, 'atMs'>;

interface Line {
  readonly figure: Figure;
  readonly label: string;
  /** Name of a custom property of the style sheet. */
  readonly color: string;
  readonly isFilled?: boolean;
}

interface Plan {
  readonly title: string;
  readonly lines: readonly Line[];
  text(value: number): string;
}

const plans: readonly Plan[] = [
  {
    title: 'Events/s',
    lines: [{ figure: 'eventsPerSecond', label: '', color: '--line-1', isFilled: true }],
    text: count,
  },
  {
    title: 'Lag',
    lines: [{ figure: 'lagMs', label: '', color: '--line-2', isFilled: true }],
    text: duration,
  },
  {
    title: 'Latency',
    lines: [
      { figure: 'p50Ms', label: 'p50', color: '--line-3' },
      { figure: 'p99Ms', label: 'p99', color: '--line-4' },
    ],
    text: duration,
  },
];

const HEIGHT = 92;
const POINTS = 600;

export type Point = Readonly<Record<Figure, number | null>>;
type Values = (number | null)[];

export class Charts {
  readonly #place = byId('charts', HTMLElement);
  #atS: number[] = [];
  #values: Record<Figure, Values> = { eventsPerSecond: [], lagMs: [], p50Ms: [], p99Ms: [] };
  #charts: readonly Chart[] = [];

  constructor() {
    this.#build();
    // Canvases know no style sheet: they are painted anew in the other colours.
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.#build());
    new ResizeObserver(() => {
      for (const chart of this.#charts) chart.fit();
    }).observe(this.#place);
  }

  /** Shows another adapter. */
  load({ atMs, ...values }: PageSeries): void {
    this.#atS = atMs.map((ms) => ms / 1000);
    this.#values = {
      eventsPerSecond: [...values.eventsPerSecond],
      lagMs: [...values.lagMs],
      p50Ms: [...values.p50Ms],
      p99Ms: [...values.p99Ms],
    };
    this.draw();
  }

  /** One more point, unless there is one of this second. */
  add(atMs: number, point: Point): void {
    const last = this.#atS.at(-1) ?? 0;
    if (atMs / 1000 - last < 0.75) return;
    this.#atS.push(atMs / 1000);
    for (const [figure, values] of Object.entries(this.#values)) values.push(point[figure as Figure]);
    if (this.#atS.length > POINTS) {
      this.#atS.shift();
      for (const values of Object.values(this.#values)) values.shift();
    }
    this.draw();
  }

  draw(): void {
    for (const chart of this.#charts) chart.draw(this.#atS, this.#values);
  }

  #build(): void {
    for (const chart of this.#charts) chart.destroy();
    this.#place.replaceChildren();
    this.#charts = plans.map((plan) => new Chart(plan, this.#place));
    this.draw();
  }
}

class Chart {
  readonly #plan: Plan;
  readonly #figure = element('figure', 'chart');
  readonly #outputs: readonly HTMLElement[];
  readonly #plot: uPlot;

  constructor(plan: Plan, place: HTMLElement) {
    this.#plan = plan;
    const caption = element('figcaption');
    caption.append(element('span', 'title', plan.title));
    this.#outputs = plan.lines.map(({ label, color }) => {
      const output = element('output');
      output.style.setProperty('--color', `var(${color})`);
      if (label !== '') output.append(element('span', 'label', label));
      output.append(element('span', 'value', UNKNOWN));
      caption.append(output);
      return output.lastChild as HTMLElement;
    });
    this.#figure.append(caption);
    place.append(this.#figure);
    const box = element('div', 'plot');
    box.setAttribute('aria-hidden', 'true');
    this.#figure.append(box);
    this.#plot = new uPlot(this.#options(), [[], ...plan.lines.map(() => [])] as uPlot.AlignedData, box);
    this.fit();
  }

  draw(atS: readonly number[], values: Readonly<Record<Figure, readonly (number | null)[]>>): void {
    this.#plot.setData([atS, ...this.#plan.lines.map(({ figure }) => values[figure])] as uPlot.AlignedData);
    if (this.#plot.cursor.idx == null) this.#tell(atS.length - 1);
  }

  fit(): void {
    const width = Math.floor(this.#figure.clientWidth);
    if (width > 0 && width !== this.#plot.width) this.#plot.setSize({ width, height: HEIGHT });
  }

  destroy(): void {
    this.#plot.destroy();
  }

  /** Under the pointer, or the newest. */
  #tell(index: number): void {
    for (const [at, output] of this.#outputs.entries()) {
      const value = this.#plot.data[at + 1]?.[index];
      setText(output, value == null ? UNKNOWN : this.#plan.text(value));
    }
  }

  #options(): uPlot.Options {
    const style = getComputedStyle(document.documentElement);
    const color = (name: string): string => style.getPropertyValue(name).trim();
    const font = `11px ${style.getPropertyValue('--font')}`;
    const axis = { stroke: color('--muted'), font, ticks: { show: false } };
    const grid = { stroke: color('--grid'), width: 1 };
    return {
      width: 300,
      height: HEIGHT,
      padding: [8, 28, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false }, sync: { key: 'charts' }, points: { size: 6 } },
      hooks: { setCursor: [({ cursor, data }) => this.#tell(cursor.idx ?? data[0].length - 1)] },
      scales: {
        x: { range: (_plot, least, most) => wideEnough(least, most) },
        y: { range: (_plot, _least, most) => [0, most > 0 ? most * 1.15 : 1] },
      },
      axes: [
        {
          ...axis,
          grid: { show: false },
          size: 22,
          values: (_plot, marks) => marks.map(timeOfDay),
          space: 90,
        },
        {
          ...axis,
          grid,
          size: 58,
          values: (_plot, marks) => marks.map((mark) => this.#plan.text(mark)),
          space: 28,
        },
      ],
      series: [
        {},
        ...this.#plan.lines.map(({ color: name, isFilled = false }) => ({
          stroke: color(name),
          width: 1.5,
          points: { show: false },
          ...(isFilled ? { fill: `${color(name)}22` } : {}),
        })),
      ],
    };
  }
}

/** One minute at least, so that the first points are no wall; it grows to the ten that are kept. */
function wideEnough(least: number | null, most: number | null): [number, number] {
  const end = most ?? Date.now() / 1000;
  return [end - Math.min(POINTS, Math.max(60, end - (least ?? end))), end];
}

function timeOfDay(atS: number): string {
  return new Date(atS * 1000).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hour12: false,
  });
}
