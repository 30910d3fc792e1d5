// The file that Piscina loads: CommonJS, because Piscina require()s it first, and a thread that is terminated in the middle of
// require() of an ES module takes the whole process with it (seen on Node 20.20.2: ToLocalChecked in CreateRequiredModuleFacade).
// import() has no such trap, so the real worker, the user's own included, is brought in that way.
interface EntryTask {
  /** File URL of the module whose default export serves the task. */
  readonly workerUrl: string;
}

module.exports = async function serve(task: EntryTask): Promise<unknown> {
  const worker = (await import(task.workerUrl)) as { default(task: EntryTask): Promise<never> };
  return worker.default(task);
};
