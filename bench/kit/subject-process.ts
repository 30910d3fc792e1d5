// Measures one subject once, in a process of its own, so that no subject meets what another one left behind; or all of them in turns.
import { suite } from '../suite/index.js';
import type { Settings } from './benchmark.js';
import { childArgument } from './child.js';

export interface SubjectTask {
  readonly benchmark: string;
  /** Left out: all of them together. */
  readonly subject?: string;
  readonly settings: Settings;
}

const { benchmark, subject, settings } = childArgument<SubjectTask>();
const { subjects, together } = suite.find(({ name }) => name === benchmark)!;
const measure = subject === undefined ? together! : subjects[subject]!;
const measured = await measure(settings);
// What still runs (connections, threads, generators) ends with the process.
process.send!(measured, () => process.exit(0));
