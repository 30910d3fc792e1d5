// Processes that serve one measurement. They end by themselves when the process that started them is gone.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** Starts a module of the suite in a process of its own. */
export function startChild(
  module: string,
  argument: unknown,
  execArgv: readonly string[] = [],
): ChildProcess {
  return fork(new URL(module, import.meta.url), [JSON.stringify(argument)], {
    serialization: 'advanced',
    execArgv: [...execArgv],
    // Standard output belongs to the JSON document.
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
}

/** The first message of a child, or an error where it ends without one. */
export async function firstMessage<Message>(child: ChildProcess): Promise<Message> {
  const abort = new AbortController();
  try {
    const ended = once(child, 'exit', { signal: abort.signal }).then(([code, signal]) => {
      throw new Error(`the process ended (${String(code ?? signal)}) before it had anything to tell`);
    });
    const told = once(child, 'message', { signal: abort.signal });
    const [message] = (await Promise.race([told, ended])) as [Message];
    return message;
  } finally {
    abort.abort();
  }
}

/** The argument that `startChild` was given; to be called in the child, which from then on ends with its parent. */
export function childArgument<Argument>(): Argument {
  process.on('disconnect', () => process.exit(0));
  return JSON.parse(process.argv[2]!) as Argument;
}
