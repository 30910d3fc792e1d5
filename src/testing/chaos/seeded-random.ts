// Random numbers that a seed repeats exactly, so that a failed run can be replayed from its printed seed.
// Quality enough to shake a network with; not for secrets.

/** A source of numbers in [0, 1) that is the same for the same seed. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // A Weyl sequence (the odd constant walks through all 2^32 states), scrambled by a multiply-xor-shift finaliser.
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 0x1_0000_0000;
  };
}
