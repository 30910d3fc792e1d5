// The code in the documents is compiled against the package and run, so that it cannot say what is not so.
import { expect } from 'chai';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type ChildResult, runNode } from '../support/child.js';
import { type CodeBlock, codeBlocksOf, missingLines } from './code-blocks.js';
import { documents, root } from './root.js';

const withCode = documents
  .map((document) => ({ document, blocks: codeBlocksOf(document) }))
  .filter(({ blocks }) => blocks.length > 0);

/** Modules of examples/ that the code of a document may import from beside it. */
const lent = ['toy-venue.ts'];

describe('the code in the documents', () => {
  it('is there', () => {
    expect(withCode.map(({ document }) => document)).to.include.members([
      'README.md',
      'docs/building-adapters.md',
    ]);
  });

  for (const { document, blocks } of withCode) {
    describe(document, () => {
      const folder = new URL(`dist/docs-code/${document.replaceAll('/', '-').replace('.md', '')}/`, root);

      before('compiles', async function () {
        this.timeout(60_000);
        const { exitCode, stdout } = await compile(folder, blocks);
        expect(exitCode, stdout).to.equal(0);
      });

      for (const block of blocks.filter(({ fileName }) =>
        existsSync(new URL(`examples/${fileName}`, root)),
      )) {
        it(`shows examples/${block.fileName} as it is`, () => {
          expect(block.code).to.equal(readFileSync(new URL(`examples/${block.fileName}`, root), 'utf8'));
        });
      }

      for (const block of blocks.filter(({ role }) => role === 'run')) {
        it(`${block.fileName} runs and prints what the document says`, async () => {
          const result = await runNode([compiled(folder, block)]);
          expectSuccess(result, block);
          expect(missingLines(block.output, result.stdout), `missing in:\n${result.stdout}`).to.deep.equal(
            [],
          );
        });
      }

      for (const block of blocks.filter(({ fileName }) => fileName.endsWith('.test.ts'))) {
        it(`${block.fileName} passes under mocha`, async () => {
          const mocha = fileURLToPath(new URL('node_modules/mocha/bin/mocha.js', root));
          const args = [mocha, '--no-config', '--timeout', '20000', compiled(folder, block)];
          const result = await runNode(args);
          expectSuccess(result, block);
          expect(result.stdout).to.match(/[1-9]\d* passing/);
        });
      }
    });
  }

  it('has to say what it is', () => {
    expect(missingLines(['a … c', 'd'], 'a b c\nd')).to.deep.equal([]);
    expect(missingLines(['d', 'a b c'], 'a b c\nd')).to.deep.equal(['a b c']);
  });
});

/** Inside of dist, so that `bulkhead-ws` is this package, by its own name and its own `exports`. */
async function compile(folder: URL, blocks: readonly CodeBlock[]): Promise<ChildResult> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const { fileName, code } of blocks) writeFileSync(new URL(fileName, folder), code);
  for (const name of lent) copyFileSync(new URL(`examples/${name}`, root), new URL(name, folder));
  const settings = {
    extends: fileURLToPath(new URL('tsconfig.json', root)),
    compilerOptions: { rootDir: '.', outDir: '.', declaration: false },
    include: ['*.ts'],
    exclude: [],
  };
  writeFileSync(new URL('tsconfig.json', folder), JSON.stringify(settings));
  const compiler = fileURLToPath(new URL('node_modules/@typescript/native/bin/tsc', root));
  return runNode([compiler, '-p', fileURLToPath(folder)], { timeoutMs: 60_000 });
}

function compiled(folder: URL, { fileName }: CodeBlock): string {
  return fileURLToPath(new URL(fileName.replace(/\.ts$/, '.js'), folder));
}

function expectSuccess({ exitCode, stdout, stderr }: ChildResult, { place }: CodeBlock): void {
  expect(exitCode, `${place}\n${stdout}\n${stderr}`).to.equal(0);
  expect(stderr, place).to.equal('');
}
