// Access and refresh tokens: what they allow, how long, and what kills them.
import { randomBytes } from 'node:crypto';
import type { Clock } from '../kit/clock.js';
import type { Account } from './accounts.js';
import { type Scope, writeScope } from './scope.js';

export interface Token {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly account: Account;
  readonly scope: Scope;
  readonly lifetimeSeconds: number;
  /** Present on connection-scoped tokens: they die with it and work nowhere else. */
  readonly connection: string | undefined;
  expiresAtSeconds: number;
  isDead: boolean;
}

/** Sessions per key; one more drops the oldest. */
const mostSessions = 16;

export class Tokens {
  readonly #clock: Clock;
  readonly #lifetimeSeconds: number;
  readonly #byAccess = new Map<string, Token>();
  readonly #byRefresh = new Map<string, Token>();

  constructor(clock: Clock, lifetimeSeconds: number) {
    this.#clock = clock;
    this.#lifetimeSeconds = lifetimeSeconds;
  }

  issue(account: Account, scope: Scope, connection: string): Token {
    const lifetimeSeconds = Math.min(scope.expiresSeconds ?? this.#lifetimeSeconds, this.#lifetimeSeconds);
    const token: Token = {
      accessToken: this.#mint(),
      refreshToken: this.#mint(),
      account,
      scope,
      lifetimeSeconds,
      connection: scope.sessionName === undefined ? connection : undefined,
      expiresAtSeconds: this.#clock.venueSeconds() + lifetimeSeconds,
      isDead: false,
    };
    this.#makeRoom(token);
    this.#byAccess.set(token.accessToken, token);
    this.#byRefresh.set(token.refreshToken, token);
    return token;
  }

  byAccess(text: string): Token | undefined {
    return this.#byAccess.get(text);
  }

  byRefresh(text: string): Token | undefined {
    return this.#byRefresh.get(text);
  }

  isExpired(token: Token): boolean {
    return this.#clock.venueSeconds() >= token.expiresAtSeconds;
  }

  kill(token: Token): void {
    token.isDead = true;
    this.#byAccess.delete(token.accessToken);
    this.#byRefresh.delete(token.refreshToken);
  }

  /** Ends the tokens that are bound to a connection. */
  killConnection(connection: string): void {
    for (const token of this.#byAccess.values()) if (token.connection === connection) this.kill(token);
  }

  expireAll(clientId: string | undefined): void {
    for (const token of this.#byAccess.values()) {
      if (clientId === undefined || token.account.clientId === clientId) {
        token.expiresAtSeconds = this.#clock.venueSeconds();
      }
    }
  }

  /** A session of the same name is taken over; otherwise the oldest gives way to a 17th. */
  #makeRoom(token: Token): void {
    const name = token.scope.sessionName;
    if (name === undefined) return;
    const others = [...this.#byAccess.values()].filter(
      (other) => other.account === token.account && other.scope.sessionName !== undefined,
    );
    const names = new Set(others.map((other) => other.scope.sessionName));
    const oldest = others[0];
    if (oldest === undefined || names.has(name) || names.size < mostSessions) return;
    for (const other of others) if (other.scope.sessionName === oldest.scope.sessionName) this.kill(other);
  }

  #mint(): string {
    const kind = randomBytes(6).toString('base64url');
    return `${this.#clock.milliseconds()}.${kind}.${randomBytes(48).toString('base64url')}`;
  }
}

/** The result of every call that logs in. */
export function authResult(token: Token, state: string | undefined): Readonly<Record<string, unknown>> {
  return {
    access_token: token.accessToken,
    refresh_token: token.refreshToken,
    expires_in: token.lifetimeSeconds,
    scope: writeScope(token.scope, token.account.isMain),
    token_type: 'bearer',
    enabled_features: [],
    ...(state === undefined ? {} : { state }),
  };
}
