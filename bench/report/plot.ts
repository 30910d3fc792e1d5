// A bar chart as SVG text. No library: rectangles and words are all it takes.

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** Lowest and highest round. */
  readonly spread: readonly [number, number];
  readonly isOurs: boolean;
}

export interface Group {
  readonly title: string;
  readonly bars: readonly Bar[];
}

const WIDTH = 760;
const LABEL = 130;
const VALUE = 110;
const BAR = 20;
const GAP = 6;
const HEAD = 26;
/** From this ratio between bars on, short ones could not be seen on a linear scale. */
const LOG_FROM = 30;

export function barChart(unit: string, groups: readonly Group[]): string {
  const values = groups.flatMap(({ bars }) => bars.map(({ value }) => value)).filter((value) => value > 0);
  const scale = scaleOf(values);
  const parts: string[] = [];
  let top = 4;
  for (const { title, bars } of groups) {
    parts.push(text(0, top + 16, `${title} [${unit}]${scale.isLog ? ', logarithmic' : ''}`, 'title'));
    top += HEAD;
    for (const bar of bars) {
      parts.push(...barParts(bar, top, scale));
      top += BAR + GAP;
    }
    top += GAP;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img">
<title>${escaped(groups.map(({ title }) => title).join('; '))}</title>
<style>
text { font: 13px system-ui, sans-serif; fill: #24292f; }
.title { font-weight: 600; }
.ours { fill: #0b6e4f; }
.other { fill: #9aa5b1; }
.spread { stroke: #24292f; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) { text { fill: #d7dde4; } .spread { stroke: #d7dde4; } .ours { fill: #2fb58a; } .other { fill: #66717d; } }
</style>
${parts.join('\n')}
</svg>
`;
}

interface Scale {
  readonly isLog: boolean;
  /** Pixels of a value. */
  of(value: number): number;
}

function scaleOf(values: readonly number[]): Scale {
  const room = WIDTH - LABEL - VALUE;
  const [least, most] = [Math.min(...values), Math.max(...values)];
  if (most / least < LOG_FROM) return { isLog: false, of: (value) => (Math.min(value, most) / most) * room };
  const floor = Math.log(least / 2);
  const span = Math.log(most) - floor;
  return {
    isLog: true,
    of: (value) => (Math.max(0, Math.log(Math.max(Math.min(value, most), least / 2)) - floor) / span) * room,
  };
}

function barParts({ label, value, spread, isOurs }: Bar, top: number, scale: Scale): string[] {
  const end = value > 0 ? scale.of(value) : 0;
  const middle = top + BAR / 2;
  const parts = [
    text(0, middle + 4, label, isOurs ? 'title' : ''),
    `<rect x="${LABEL}" y="${top}" width="${end.toFixed(1)}" height="${BAR}" rx="2" class="${isOurs ? 'ours' : 'other'}"/>`,
    text(LABEL + end + 8, middle + 4, shortNumber(value), ''),
  ];
  if (spread[1] > spread[0] && spread[0] > 0) {
    const [from, to] = spread.map((one) => (LABEL + scale.of(one)).toFixed(1));
    parts.push(`<line x1="${from}" x2="${to}" y1="${top + BAR - 3}" y2="${top + BAR - 3}" class="spread"/>`);
  }
  return parts;
}

function text(x: number, y: number, words: string, style: string): string {
  const safe = escaped(words);
  return `<text x="${x.toFixed(1)}" y="${y}"${style === '' ? '' : ` class="${style}"`}>${safe}</text>`;
}

export function shortNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (Math.abs(value) >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (Math.abs(value) >= 10_000) return `${(value / 1e3).toPrecision(3)} k`;
  return String(Number(value.toPrecision(3)));
}

function escaped(words: string): string {
  return words.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
