// Takes secrets out of frames before they are written. Three nets, one behind the other: names of JSON members that hold secrets at any
// venue, the values of the credentials themselves (known here by their hashes only), and logins, of which only the form is kept.
import { createHash } from 'node:crypto';
import { membersIn } from './json-scan.js';

/** What stands in the place of a secret. */
export const REDACTED = '***';

/** A member whose name ends in one of these, in any spelling: `accessToken`, `access_token`, `x-api-key`. */
const secretNames =
  /(?:token|secret|signature|passphrase|password|passwd|jwt|listenkey|apikey|privatekey|authkey|authorization|cookie|mnemonic|challenge|clientid|accesskey)$/;
/** Short words have to stand alone: `sign`, `api-sign`, `apiSign`, but not `design`. */
const secretWords = /(?:^|[_-])(?:[Ss]ign|[Ss]ig|otp|OTP|otk|pwd)$|[a-z](?:Sign|Sig|Otp|Otk|Pwd)$/;
/** `token` is also what venues call a currency: `"token":0`, `"token":"USDC"`. */
const SHORTEST_NAMED_TOKEN = 8;
/** A quick look over many frames at once. Whatever it misses is not looked at again, so it is wider than the names. */
const anySecret =
  /token|secret|sign|sig"|pass|pwd|jwt|listen_?key|api-?_?key|private_?key|auth|cookie|otp|otk|mnemonic|challenge|client_?id|access_?key/i;

/** Members of a login that say what it is and nothing about whose. */
const loginForm = /^(?:id|jsonrpc|method|op|type|event|action|channel|reqid|requestid|granttype|scope)$/;
/** Longer texts of letters and digits in an answer to a login are taken for tokens, whatever they are called. */
const tokenLike = /^[\w+/=.~-]{20,}$/;

/** Values of the credentials that are looked for in frames of the venue: shorter ones would be found in everything. */
const SHORTEST_TOKEN = 16;
const LONGEST_TOKEN = 1024;
const MOST_REMEMBERED = 5000;

/** What is known of a secret: enough to find it again. */
export interface KnownValue {
  /** SHA-256 of salt and text. */
  readonly hash: string;
  readonly length: number;
}

export interface RedactionOptions {
  /** More names of members, in any spelling. */
  readonly keys?: readonly string[];
}

export class Redaction {
  readonly #keys: ReadonlySet<string>;
  readonly #ownLook: RegExp | undefined;
  #salt = '';
  #hashes = new Set<string>();
  readonly #lengths = new Set<number>();
  /** Texts that are as long as one that is known. */
  #lookalikes: RegExp | undefined;
  readonly #judged = new Map<string, boolean>();

  constructor({ keys = [] }: RedactionOptions = {}) {
    this.#keys = new Set(keys.map(plain));
    this.#ownLook =
      keys.length === 0 ? undefined : new RegExp([...this.#keys].map(anySpelling).join('|'), 'i');
  }

  /** Values to take out wherever they stand, as `knownValues` makes them. */
  know(salt: string, known: readonly KnownValue[]): void {
    if (salt !== this.#salt) this.#hashes = new Set();
    this.#salt = salt;
    this.#judged.clear();
    for (const { hash, length } of known) {
      this.#hashes.add(hash);
      if (length >= SHORTEST_TOKEN && length <= LONGEST_TOKEN) this.#lengths.add(length);
    }
    const forms = [...this.#lengths].map((length) => `[^"\\\\]{${length}}`);
    this.#lookalikes = forms.length === 0 ? undefined : new RegExp(`"(?:${forms.join('|')})"`, 'g');
  }

  /** False: none of these frames can hold a member with a secret's name, or a token that is known. */
  mayHold(text: string): boolean {
    return anySecret.test(text) || this.#ownLook?.test(text) === true || this.#holdsKnown(text);
  }

  #holdsKnown(text: string): boolean {
    const lookalikes = this.#lookalikes;
    return (
      lookalikes !== undefined && (text.match(lookalikes)?.some((value) => this.#isKnown(value)) ?? false)
    );
  }

  /** A frame of any kind: members with a secret's name, and values that are known. */
  clean(text: string): string {
    return this.#replace(text, (name, value) => this.#isSecret(name, value) || this.#isKnown(value));
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
      (name, value) => this.#isSecret(name, value) || this.#isKnown(value) || tokenLike.test(unquoted(value)),
    );
  }

  #isSecret(name: string, value: string): boolean {
    if (name === '') return false;
    const bare = plain(name);
    if (bare.endsWith('token') && !isContainer(value) && unquoted(value).length < SHORTEST_NAMED_TOKEN)
      return false;
    return secretNames.test(bare) || secretWords.test(name) || this.#keys.has(bare);
  }

  #isKnown(value: string): boolean {
    if (this.#hashes.size === 0 || !value.startsWith('"')) return false;
    const judged = this.#judged.get(value);
    if (judged !== undefined) return judged;
    const isKnown = this.#hashes.has(hashOf(this.#salt, unquoted(value)));
    if (this.#judged.size >= MOST_REMEMBERED) this.#judged.clear();
    this.#judged.set(value, isKnown);
    return isKnown;
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

/** What a recorder may know of every text in the credentials, however deep. */
export function knownValues(secrets: unknown, salt: string): readonly KnownValue[] {
  const texts = new Set<string>();
  collect(secrets, texts, 0);
  return [...texts].map((text) => ({ hash: hashOf(salt, text), length: text.length }));
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

/** `houseword` -> finds `house_word` as well. */
function anySpelling(name: string): string {
  return name.split('').join('[^a-z0-9"]?');
}
