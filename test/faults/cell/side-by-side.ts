// Runs pieces of work a few at a time, in their order, and lets each result be waited for by itself.

export function sideBySide<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): ReadonlyMap<Item, Promise<Result>> {
  const waiting = new Map<Item, { resolve(): void; result: Promise<Result> }>();
  for (const item of items) {
    let begin = (): void => {};
    const turn = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const result = turn.then(() => work(item));
    // Somebody asks for it later.
    result.catch(() => {});
    waiting.set(item, { resolve: begin, result });
  }
  const queue = [...waiting.values()];
  const next = (): void => {
    const one = queue.shift();
    if (one === undefined) return;
    one.resolve();
    void one.result.then(next, next);
  };
  for (let lane = 0; lane < width; lane += 1) next();
  return new Map([...waiting].map(([item, { result }]) => [item, result]));
}
