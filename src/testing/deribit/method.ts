// What a method of the API is: who may call it, what it costs, what it does.
import type { Account } from './accounts.js';
import type { CostClass } from './credits.js';
import type { Parameters } from './parameters.js';
import type { Access, Area } from './scope.js';
import type { Session } from './session.js';
import type { World } from './world.js';

/** Returned by methods that are never answered. */
export const noAnswer: unique symbol = Symbol('no answer');

export interface Call {
  readonly world: World;
  readonly session: Session;
  readonly params: Parameters;
  /** Who asks, where a valid login or token came with the request. */
  readonly caller: Account | undefined;
  /** Runs something right after the answer was sent. */
  afterAnswer(act: () => void): void;
}

export interface PrivateCall extends Call {
  readonly caller: Account;
}

/** What a login must allow, such as `trade:read_write`. */
export type Right = `${Area}:${Access}`;

export type Method =
  | { readonly cost: CostClass; readonly right?: undefined; run(call: Call): unknown }
  | {
      readonly cost: CostClass;
      readonly right: Right;
      run(call: PrivateCall): unknown;
    };

export type Methods = Readonly<Record<string, Method>>;
