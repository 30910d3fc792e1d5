// Nonces that are milliseconds and must be unique for a key in the whole process, whatever adapter signs with it.

/** The one thing here that remembers: by the public name of a key the nonce it used last. */
const lastNonces = new Map<string, number>();

/** The time on the venue's clock, or one more than the last nonce of this key where the clock stands still or goes back. */
export function freshNonce(key: string, wallMs: number): number {
  const nonce = Math.max(Math.floor(wallMs), (lastNonces.get(key) ?? 0) + 1);
  lastNonces.set(key, nonce);
  return nonce;
}
