// What the types of an order's `extra` are made of: part of the contract in exchange.ts.

/**
 * Words of the venue that fields of the library stand for: `symbol` for `instrument_name`, say. In `extra` they would contradict the
 * order's own fields, so the compiler does not let them in there.
 */
export type FilledBy<Names extends string> = { readonly [Name in Names]?: never };
