// Scopes: what a login asks for, what the key allows, what is granted.
// https://docs.deribit.com/articles/access-scope

export const areas = ['account', 'trade', 'wallet', 'block_trade', 'block_rfq'] as const;
export type Area = (typeof areas)[number];
export type Access = 'none' | 'read' | 'read_write';
export type Rights = Readonly<Partial<Record<Area, Access>>>;

export interface Scope {
  readonly rights: Rights;
  /** Present where the tokens outlive the connection. */
  readonly sessionName: string | undefined;
  readonly expiresSeconds: number | undefined;
}

const rank: Readonly<Record<Access, number>> = { none: 0, read: 1, read_write: 2 };
export const fullRights: Rights = {
  account: 'read_write',
  trade: 'read_write',
  wallet: 'read_write',
  block_trade: 'read_write',
  block_rfq: 'read_write',
};

/** Never grants more than the key has; areas that are not asked for keep the key's own right. */
export function readScope(text: string | undefined, key: Rights): Scope {
  const words = (text ?? '').split(/\s+/).filter((word) => word !== '');
  const wordAfter = (prefix: string) =>
    words.find((word) => word.startsWith(`${prefix}:`))?.slice(prefix.length + 1);
  const seconds = Number(wordAfter('expires'));
  const rights: Partial<Record<Area, Access>> = {};
  for (const area of areas) {
    const own = key[area] ?? 'none';
    const asked = wordAfter(area);
    rights[area] = isAccess(asked) && rank[asked] < rank[own] ? asked : own;
  }
  return {
    rights,
    sessionName: wordAfter('session'),
    expiresSeconds: Number.isFinite(seconds) && seconds > 0 ? seconds : undefined,
  };
}

/** The scope text of an auth answer. */
export function writeScope(scope: Scope, isMainAccount: boolean): string {
  const words = areas
    .filter((area) => (scope.rights[area] ?? 'none') !== 'none')
    .map((area) => `${area}:${scope.rights[area]}`);
  words.push(scope.sessionName === undefined ? 'connection' : `session:${scope.sessionName}`);
  if (scope.expiresSeconds !== undefined) words.push(`expires:${scope.expiresSeconds}`);
  if (isMainAccount) words.push('mainaccount');
  return words.sort().join(' ');
}

export function allows(rights: Rights, right: `${Area}:${Access}`): boolean {
  const [area, access] = right.split(':') as [Area, Access];
  return rank[rights[area] ?? 'none'] >= rank[access];
}

/** Reads rights as an account's options give them: `['account:read', 'trade:read_write']`. */
export function parseRights(words: readonly string[]): Rights {
  const rights: Partial<Record<Area, Access>> = {};
  for (const word of words) {
    const [area, access] = word.split(':');
    const known = areas.find((candidate) => candidate === area);
    if (known === undefined || !isAccess(access)) {
      throw new TypeError(`accounts[].rights: "${word}" is not area:read, area:read_write or area:none`);
    }
    rights[known] = access;
  }
  return rights;
}

function isAccess(text: string | undefined): text is Access {
  return text === 'none' || text === 'read' || text === 'read_write';
}
