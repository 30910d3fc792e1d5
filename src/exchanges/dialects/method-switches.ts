// Cancel-on-disconnect over JSON-RPC: a method that arms it, one that tells whether it is armed, `{"active":true}`, and one that disarms it.
import type { RequestContext, SafetySwitch } from '../exchange.js';
import { valueAt } from './fields.js';
import { call, type JsonObject } from './json-rpc.js';
import { okRequest, setupRequest } from './setup-requests.js';

export interface MethodSwitch {
  readonly venue: string;
  /** What the venue calls it, for reports. */
  readonly name: string;
  readonly arm: string;
  readonly verify: string;
  readonly disarm: string;
  /** The parameters that all three take. */
  readonly params: JsonObject;
  /** What the answer to `verify` says while it is armed. */
  readonly armed: JsonObject;
}

/** Answers `ok` to what arms and disarms it. */
export function methodSwitch({ venue, name, params, armed, ...methods }: MethodSwitch): SafetySwitch {
  const ask = (context: RequestContext, verb: 'arm' | 'verify' | 'disarm') =>
    call(context, methods[verb], params);
  const isArmed = (result: unknown): boolean =>
    Object.entries(armed).every(([member, value]) => valueAt(result, member) === value);
  const problem = `${venue} says that ${name} is not enabled for this connection`;
  return {
    kind: 'connection',
    arm: (context) => [
      okRequest(`arm ${name}`, ask(context, 'arm')),
      setupRequest(`verify ${name}`, ask(context, 'verify'), isArmed, problem),
    ],
    disarm: (context) => [okRequest(`disarm ${name}`, ask(context, 'disarm'))],
  };
}
