// docs/exchanges.md, made from the exchange objects themselves: `npm run docs:exchanges`. A test compares the page with what this makes.
import type { Exchange, OrderCalls, Venue } from '../exchanges/exchange.js';
import { exchangeNames, loadVenue } from '../exchanges/index.js';
import type { VenueProfile } from './contract/profile.js';
import { venueProfiles } from './profiles.js';

interface Known {
  readonly venue: Venue;
  readonly profile: VenueProfile;
  readonly sockets: readonly Exchange[];
}

/** What is written into a cell: `yes` and `no` mean what this library does. */
type Cell = (known: Known) => string;

const parts: readonly { readonly title: string; readonly rows: Readonly<Record<string, Cell>> }[] = [
  {
    title: 'Market data',
    rows: {
      trades: common('trades'),
      quotes: common('quotes'),
      books: common('book'),
      'a lost book update shows by': bookRule,
      'books begin with': ({ sockets, profile }) =>
        sockets.some(({ books }) => books?.snapshot?.(profile.topics.book) !== undefined)
          ? 'a snapshot over HTTP'
          : 'a snapshot on the socket',
    },
  },
  {
    title: 'Account',
    rows: {
      login: loginForm,
      'private topics, for example': ({ profile }) =>
        profile.privateTopics.map((topic) => `\`${topic}\``).join(', ') || 'with the address of the account',
      'clock of the venue asked before the login': has(({ clock }) => clock !== undefined),
      'session renewed': ({ profile }) => profile.lacks['token-expiry'] ?? 'yes',
      'safety switch': ({ sockets }) =>
        sockets
          .flatMap(({ safetySwitch }) => safetySwitch ?? [])
          .map(({ kind }) => (kind === 'timer' ? 'timer' : 'per connection'))[0] ?? 'no',
    },
  },
  {
    title: 'Orders over the socket',
    rows: {
      place: order('place'),
      amend: order('edit'),
      cancel: order('cancel'),
      'cancel all': order('cancelAll'),
      'look up by own id': order('lookup'),
      'open orders': order('openOrders'),
      positions: order('positions'),
    },
  },
  {
    title: 'Connection',
    rows: {
      sockets: ({ venue }) => Object.keys(venue.sockets).join(', '),
      heartbeat: heartbeatForm,
      'planned stop told': ({ profile }) => profile.lacks['planned-stop'] ?? 'yes',
      limits: limitsOf,
      networks: ({ sockets }) =>
        sockets.every(({ urls }) => urls.test !== undefined) ? 'live, test' : 'live',
      'simulated exchange': () => 'yes',
    },
  },
];

/** The page as it stands in docs/exchanges.md. */
export async function exchangesPage(): Promise<string> {
  const known = await Promise.all(
    exchangeNames.map(async (name): Promise<Known> => {
      const venue = await loadVenue(name);
      const sockets = Object.values(venue.sockets) as unknown as readonly Exchange[];
      return { venue, sockets, profile: venueProfiles[name] };
    }),
  );
  return [HEAD, ...parts.map(({ title, rows }) => section(title, rows, known)), documentation(known)].join(
    '\n',
  );
}

const HEAD = `# Exchanges

What this library does on each venue. This page is made from the exchange objects by \`npm run docs:exchanges\`, and a test compares it
with them. \`yes\`: it is there. \`venue lacks it\`: the venue has no such thing on its WebSocket. \`not yet\`: the venue may have it, this
library does not offer it. Every venue passes the same contract suite (\`describeExchange\` of \`bulkhead-ws/testing\`) on its simulated exchange.
`;

function section(title: string, rows: Readonly<Record<string, Cell>>, known: readonly Known[]): string {
  const cells = [
    ['', ...known.map(({ venue }) => venue.name)],
    ...Object.entries(rows).map(([row, cell]) => [row, ...known.map(cell)]),
  ];
  // One line for each venue: nine columns of words would be too wide to read.
  const turned = cells[0]!.map((_, column) => cells.map((row) => row[column] ?? ''));
  return `## ${title}\n\n${table(turned.map(([name = '', ...rest], at) => [at === 0 ? 'venue' : `\`${name}\``, ...rest]))}\n`;
}

function table(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...body.map(line)].join('\n');
}

function documentation(known: readonly Known[]): string {
  const lines = known.map(({ venue }) => `- \`${venue.name}\`: <${venue.documentation}>`);
  return `## Documentation of the venues\n\n${lines.join('\n')}\n`;
}

function common(kind: 'trades' | 'quotes' | 'book'): Cell {
  return ({ venue, sockets, profile }) => {
    const topic =
      venue.commonTopic?.(kind, 'X') ??
      sockets.find((socket) => socket.commonTopic)?.commonTopic?.(kind, 'X');
    const example = profile.topics[kind];
    return topic === undefined || example === undefined ? 'not yet' : `\`${example}\``;
  };
}

function has(test: (exchange: Exchange) => boolean): Cell {
  return ({ sockets }) => (sockets.some(test) ? 'yes' : 'no');
}

type OrderCall = 'place' | 'edit' | 'cancel' | 'cancelAll' | 'lookup' | 'openOrders' | 'positions';

function order(call: OrderCall): Cell {
  return ({ sockets, profile }) => {
    const orders = sockets.flatMap((socket): readonly OrderCalls[] =>
      socket.orders === undefined ? [] : [socket.orders],
    );
    if (orders.some((calls) => calls[call] !== undefined)) return 'yes';
    const without: readonly OrderCall[] = profile.orders?.without ?? [];
    const isRestOnly = orders.length === 0 && profile.lacks.orders?.endsWith('REST only') === true;
    return isRestOnly || without.includes(call) ? 'venue lacks it' : 'not yet';
  };
}

function bookRule({ sockets, profile }: Known): string {
  const topic = profile.topics.book;
  const feed = sockets.find(
    (socket) => socket.books !== undefined && socket.checkTopic?.(topic) === undefined,
  )?.books;
  if (feed === undefined) return 'nothing';
  if (feed.checksum !== undefined) return 'a checksum of the book';
  const rule = feed.rule?.(topic) ?? 'chain';
  const words = { chain: 'the number before', increment: 'numbers in a row', range: 'ranges of numbers' };
  return rule === 'none' ? (profile.bookRule ?? 'nothing: whole books') : words[rule];
}

function loginForm({ sockets }: Known): string {
  const forms = sockets.flatMap(({ login }) => {
    if (login === undefined) return [];
    if (login.request !== undefined) return 'message';
    return login.fetch === undefined ? 'each message signed' : 'over HTTP';
  });
  return [...new Set(forms)].join(', ') || 'no';
}

function heartbeatForm({ sockets }: Known): string {
  const heartbeat = sockets.flatMap((socket) => socket.heartbeat ?? [])[0];
  if (heartbeat === undefined) return 'WebSocket pings';
  const seconds = `${heartbeat.silenceMs / 1000} s`;
  const kind = heartbeat.ping === undefined ? 'of the venue' : `ping each ${heartbeat.intervalMs / 1000} s`;
  return `${kind}, dead after ${seconds}`;
}

function limitsOf({ sockets }: Known): string {
  const limits = sockets.flatMap((socket) => socket.limits ?? []);
  const words = new Set<string>();
  for (const { topics, topicCharacters, addressTopics, frames, connects, lifetimeMs } of limits) {
    if (topics !== undefined) words.add(`${topics} topics`);
    if (topicCharacters !== undefined) words.add(`topics of ${topicCharacters} characters`);
    if (addressTopics !== undefined) words.add(`${addressTopics} topics of one address`);
    if (frames !== undefined) words.add(`${frames.units} frames in ${frames.windowMs / 1000} s`);
    if (connects !== undefined) words.add(`${connects.units} connects in ${connects.windowMs / 1000} s`);
    if (lifetimeMs !== undefined) words.add(`${lifetimeMs / 3_600_000} h`);
  }
  return [...words].join(', ') || 'none known';
}
