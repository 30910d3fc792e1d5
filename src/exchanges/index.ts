// The built-in exchanges by name, each loaded when it is used first: a thread holds one venue's code and no other's.
import type { Exchange } from './exchange.js';

export const exchanges: Readonly<Record<string, () => Promise<Exchange>>> = {};
