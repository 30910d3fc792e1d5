// The file that Piscina loads: CommonJS, because Piscina require()s it first, and a thread that is terminated in the middle of
// require() of an ES module takes the whole process with it (seen on Node 20.20.2: ToLocalChecked in CreateRequiredModuleFacade).
// The library's own worker is one CommonJS bundle (rollup.config.mjs), so that no thread needs an ESM loader to start. A worker of the
// user's own, and ours where it was not bundled, is brought in by import(), which has no such trap.
interface EntryTask {
  /** File URL of the module whose default export serves the task. */
  readonly workerUrl: string;
}
interface ServingModule {
  default(task: EntryTask): Promise<never>;
}

const { existsSync } = require('node:fs') as typeof import('node:fs');
const { join } = require('node:path') as typeof import('node:path');
const { pathToFileURL } = require('node:url') as typeof import('node:url');

const ownUrl = pathToFileURL(join(__dirname, 'client.js')).href;
const bundle = join(__dirname, 'bundle', 'client.cjs');

module.exports = async function serve(task: EntryTask): Promise<unknown> {
  const isBundled = task.workerUrl === ownUrl && existsSync(bundle);
  const worker = isBundled ? require(bundle) : await import(task.workerUrl);
  return (worker as ServingModule).default(task);
};
