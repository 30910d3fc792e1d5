// Credentials of venues that know their users by an address: a key that signs, and for whom.
import type { HttpCall, Login, RequestContext } from '../exchange.js';
import { textOf, valueAt } from './fields.js';
import { isObject } from './json-rpc.js';
import { addressOf, isPrivateKey } from './typed-data.js';

/** A key that may trade for an account: the account's own or, better, that of an API wallet which it approved. */
export interface WalletCredentials {
  /** 32 bytes as hex with 0x. It signs on the main thread and reaches neither the connection's thread nor the wire. */
  readonly privateKey: string;
  /** Address of the account that is traded for and asked about. Default: the address of the key itself. */
  readonly account?: string;
  /** Address of a vault or sub-account to trade for in the account's name. */
  readonly vault?: string;
}

/** Topics that are about an address. The venue may write one in capitals. */
export const ADDRESS_SUBJECT = {
  form: /^0x[0-9a-f]{40}$/,
  hint: 'name the address in lower case',
  example: '0x0123456789abcdef0123456789abcdef01234567',
  isCaseless: true,
} as const;

/** What is wrong with such credentials, or undefined. */
export function walletProblem(credentials: unknown): string | undefined {
  if (!isObject(credentials) || !isPrivateKey(credentials['privateKey'])) {
    return 'credentials.privateKey must be 32 bytes as hex with 0x, and a key of secp256k1';
  }
  const wrong = ['account', 'vault'].find(
    (name) => credentials[name] !== undefined && !/^0x[0-9a-fA-F]{40}$/.test(textOf(credentials[name])),
  );
  return wrong === undefined ? undefined : `credentials.${wrong} must be an address: 20 bytes as hex with 0x`;
}

/** Whose orders and positions are asked about: never the API wallet's, which has none. */
export function ownerOf({ credentials }: RequestContext): string {
  const { privateKey, account, vault } = credentials as WalletCredentials;
  return (vault ?? account ?? addressOf(privateKey)).toLowerCase();
}

export interface RoleWords {
  /** The question of an address's role, and how it is asked over HTTP. */
  readonly question: string;
  readonly call: (question: string, address: string) => HttpCall;
  /** The field of the answer that holds the role, and the role of an address that the venue does not know. */
  readonly role: string;
  readonly nobody: string;
}

/** A key signs without being asked for first, so this is what tells a wrong one before the first order does. */
export function roleLogin({ question, call, role, nobody }: RoleWords): Login<WalletCredentials> {
  return {
    validate: walletProblem,
    fetch: ({ privateKey }) => call(question, addressOf(privateKey)),
    read(result, { privateKey }) {
      const granted = valueAt(result, role);
      if (typeof granted !== 'string') return `the answer to ${question} has no ${role}`;
      if (granted !== nobody)
        return { lifetimeMs: Number.POSITIVE_INFINITY, granted: [granted], secrets: {} };
      const message = `This key (${addressOf(privateKey)}) belongs to no account and no API wallet`;
      return { code: granted, message };
    },
  };
}
