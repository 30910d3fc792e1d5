// `npm run bench:report`: writes docs/performance.md and its plots from a results file.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { suite } from '../suite/index.js';
import { type ResultsFile, pageOf, plotsOf } from './page.js';
import { type PeersFile, peersSection } from './peers.js';
import { limits } from './limits.js';
import { introduction, rerun } from './words.js';

const root = new URL('../../../', import.meta.url).pathname;
const folder = join(root, 'docs/performance');
const source = process.argv[2] ?? join(folder, 'results.json');
const peersSource = join(folder, 'peers.json');

if (!existsSync(source)) {
  process.stderr.write(
    `${source} is not there: npm run bench -- --output docs/performance/results.json writes it\n`,
  );
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
const file = readJson<ResultsFile>(source);
const peers = existsSync(peersSource) ? peersSection(readJson<PeersFile>(peersSource)) : '';
const sections = { introduction, rerun, limits: limits(file), peers };
writeFileSync(join(root, 'docs/performance.md'), pageOf(file, suite, sections));
for (const [name, svg] of plotsOf(file, suite)) writeFileSync(join(folder, name), svg);
process.stderr.write('docs/performance.md is written\n');

function readJson<Content>(path: string): Content {
  return JSON.parse(readFileSync(path, 'utf8')) as Content;
}
