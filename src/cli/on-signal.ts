// What a long command does when it is told to stop: end in good order once, at once the second time.

/** The signals that ask a process to end. */
const signals = ['SIGINT', 'SIGTERM'] as const;

/**
 * Runs a work whose signal is aborted by the first SIGINT or SIGTERM; a second one ends the process, for whoever does not want to wait.
 * Resolves with what the work resolves with. Leaves no listener behind.
 */
export async function untilSignal<Result>(work: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  for (const name of signals) process.on(name, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const name of signals) process.off(name, stop);
  }
}
