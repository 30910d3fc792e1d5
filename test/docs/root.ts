// The project's folder as a URL; compiled tests live in dist/test/docs.
import { readdirSync } from 'node:fs';

export const root = new URL('../../../', import.meta.url);

/** The documents, as paths from the root. */
export const documents: readonly string[] = [
  'README.md',
  'CHANGELOG.md',
  ...markdownIn('docs/'),
  ...markdownIn('docs/decisions/'),
];

function markdownIn(folder: string): readonly string[] {
  return readdirSync(new URL(folder, root))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `${folder}${name}`);
}
