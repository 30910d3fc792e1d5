// Takes secrets out of frames before they are written. Three nets, one behind the other: names of JSON members that hold secrets at any
// venue, the values of the credentials themselves (known here by their hashes only), and logins, of which only the form is kept.
import { createHash } from 'node:crypto';
import { membersIn } from './json-scan.js';

/** What stands in the place of a secret. */
export const REDACTED = '***';

/** A member whose name ends in one of these, in any spelling: `accessToken`, `access_token`, `x-api-key`. */
const secretNames =
  /(?:token|secret|signature|sign|sig|passphrase|password|passwd|pwd|jwt|listenkey|apikey|privatekey|authkey|authorization|cookie|otp|otk|mnemonic|challenge|clientid|accesskey|apisign)$/;
/** Ids and names that end like a secret's and are none. */
const plainNames = /^(?:basetoken|quotetoken|tokenname|tokensymbol|stoken)$/;
/** A quick look over many frames at once. Whatever it misses is not looked at again, so it is wider than the names. */
const anySecret =
  /token|secret|sign|sig"|pass|pwd|jwt|listen_?key|api-?_?key|private_?key|auth|cookie|otp|otk|mnemonic|challenge|client_?id|access_?key/i;

/** Members of a login that say what it is and nothing about whose. */
const loginForm = /^(?:id|jsonrpc|method|op|type|event|action|channel|reqid|requestid|granttype|scope)$/;
/** Longer texts of letters and digits in an answer to a login are taken for tokens, whatever they are called. */
const tokenLike = /^[\w+/=.~-]{20,}$/;

export interface RedactionOptions {
  /** More names of members, in any spelling. */
  readonly keys?: readonly string[];
}

export class Redaction {
  readonly #keys: ReadonlySet<string>;
  readonly #ownLook: RegExp | undefined;
  #salt = '';
  #hashes = new Set<string>();

  constructor({ keys = [] }: RedactionOptions = {}) {
    this.#keys = new Set(keys.map(plain));
    this.#ownLook = keys.length === 0 ? undefined : new RegExp(keys.map(escaped).join('|'), 'i');
  }

  /** Values to take out wherever they stand, as `hashesOf` makes them. */
  know(salt: string, hashes: readonly string[]): void {
    if (salt !== this.#salt) this.#hashes = new Set();
    this.#salt = salt;
    for (const hash of hashes) this.#hashes.add(hash);
  }

  /** False: none of these frames can hold a member with a secret's name. */
  mayHold(text: string): boolean {
    return anySecret.test(text) || this.#ownLook?.test(text) === true;
  }

  /** A frame of any kind: members with a secret's name, and values that are known. */
  clean(text: string): string {
    return this.#replace(text, (name, value) => this.#isSecretName(name) || this.#isKnown(value));
  }

  /**
   * A login as it was sent: all but what says what kind of frame it is. Venues sign in by position as well, so texts in arrays are out:
   * `{"op":"auth","args":["key",1700000000000,"signature"]}`.
   */
  cleanLogin(text: string): string {
    return this.#replace(text, (name, value) => !loginForm.test(plain(name)) && !isContainer(value));
  }

  /** The answer to a login: also what looks like a token. */
  cleanLoginAnswer(text: string): string {
    return this.#replace(
      text,
      (name, value) => this.#isSecretName(name) || this.#isKnown(value) || tokenLike.test(unquoted(value)),
    );
  }

  #isSecretName(name: string): boolean {
    if (name === '') return false;
    const bare = plain(name);
    return (secretNames.test(bare) && !plainNames.test(bare)) || this.#keys.has(bare);
  }

  #isKnown(value: string): boolean {
    return (
      this.#hashes.size > 0 && value.startsWith('"') && this.#hashes.has(hashOf(this.#salt, unquoted(value)))
    );
  }

  #replace(text: string, isSecret: (name: string, value: string) => boolean): string {
    let clean = '';
    let kept = 0;
    for (const { name, start, end } of membersIn(text)) {
      // Inside of a value that is out already.
      if (start < kept) continue;
      const value = text.slice(start, end);
      if (isEmpty(value) || !isSecret(name, value)) continue;
      clean += `${text.slice(kept, start)}"${REDACTED}"`;
      kept = end;
    }
    return kept === 0 ? text : clean + text.slice(kept);
  }
}

/** Salted hashes of every text in the credentials, however deep: what a recorder may know of them. */
export function hashesOf(credentials: unknown, salt: string): readonly string[] {
  const texts = new Set<string>();
  collect(credentials, texts, 0);
  return [...texts].map((text) => hashOf(salt, text));
}

function collect(value: unknown, texts: Set<string>, depth: number): void {
  // Shorter ones would be found in the middle of anything: `BTC`, `live`.
  if (typeof value === 'string' && value.length >= 6) texts.add(value);
  if (typeof value !== 'object' || value === null || depth > 4) return;
  for (const inner of Object.values(value)) collect(inner, texts, depth + 1);
}

function hashOf(salt: string, text: string): string {
  return createHash('sha256').update(salt).update(text).digest('base64');
}

function isEmpty(value: string): boolean {
  return value === '""' || value === 'null' || unquoted(value) === REDACTED;
}

function isContainer(value: string): boolean {
  return value.startsWith('{') || value.startsWith('[');
}

function unquoted(value: string): string {
  return value.startsWith('"') ? value.slice(1, value.endsWith('"') ? -1 : undefined) : value;
}

function plain(name: string): string {
  return name.replace(/[^a-z0-9]/gi, '').toLowerCase();
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\-]/g, '\\$&');
}
