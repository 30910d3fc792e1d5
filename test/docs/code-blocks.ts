// The code in the documents: every ```ts block says what it is in its first line, so that nothing a reader may copy goes untried.
import { readFileSync } from 'node:fs';
import { root } from './root.js';

export interface CodeBlock {
  /** `run`: a program. `file`: a module that other blocks import, or a test (`*.test.ts`). */
  readonly role: 'run' | 'file';
  readonly fileName: string;
  readonly code: string;
  /** For programs: lines that the output has to hold, in this order. `…` stands for anything. */
  readonly output: readonly string[];
  /** Where it is, for messages. */
  readonly place: string;
}

const fence = /^```(\w*)\n(.*?)^```$/gms;
const marker = /^\/\/ (run|file): ([\w-]+(?:\.test)?\.ts)\n/;

/** The blocks of a document. @throws Error for a block of TypeScript that does not say what it is. */
export function codeBlocksOf(document: string): readonly CodeBlock[] {
  const text = readFileSync(new URL(document, root), 'utf8');
  const fences = [...text.matchAll(fence)].map(({ 1: language = '', 2: body = '', index }) => ({
    language,
    body,
    place: `${document}:${text.slice(0, index).split('\n').length}`,
  }));
  return fences.flatMap(({ language, body, place }, at) => {
    if (language !== 'ts') return [];
    const [first, role, fileName] = marker.exec(body) ?? [];
    if (first === undefined)
      throw new Error(`${place}: begin the block with "// run: name.ts" or "// file: name.ts"`);
    const next = fences[at + 1];
    const output = role === 'run' && next?.language === 'text' ? next.body.trimEnd().split('\n') : [];
    return [
      { role: role as CodeBlock['role'], fileName: fileName!, code: body.slice(first.length), output, place },
    ];
  });
}

/** The lines of `expected` that the output does not hold in their order. */
export function missingLines(expected: readonly string[], output: string): readonly string[] {
  const lines = output.split('\n');
  let from = 0;
  return expected.filter((words) => {
    const pattern = new RegExp(`^${words.split('…').map(escaped).join('.*')}$`);
    const found = lines.findIndex((line, index) => index >= from && pattern.test(line));
    if (found >= 0) from = found + 1;
    return found < 0;
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
