// Which books cross as changes, and which as whole snapshots of their best levels.

/**
 * How order books cross. `changes`: a snapshot first, then what changed in it. `{ depth: n }`: whole books of the best `n` levels of each
 * side, one whenever an update altered any of those, and none where it did not.
 */
export type BookDelivery = 'changes' | { readonly depth: number };

/** What is chosen for all books and for those of some topics. */
export interface BookChoice {
  readonly books: BookDelivery;
  /** Topics whose books differ. */
  readonly topicBooks: Readonly<Record<string, BookDelivery>>;
}

/** Levels per side that a topic's book is told in, undefined where its changes are. The whole is undefined where no book is told whole. */
export function topDepths({
  books,
  topicBooks,
}: BookChoice): ((topic: string) => number | undefined) | undefined {
  const depths = new Map(Object.entries(topicBooks).map(([topic, choice]) => [topic, depthOf(choice)]));
  const usual = depthOf(books);
  if (usual === undefined && [...depths.values()].every((depth) => depth === undefined)) return undefined;
  return (topic) => (depths.has(topic) ? depths.get(topic) : usual);
}

function depthOf(choice: BookDelivery): number | undefined {
  return choice === 'changes' ? undefined : choice.depth;
}
