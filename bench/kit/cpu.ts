// Two clocks of the main thread: how long its event loop was busy (as libuv counts it, the same everywhere), and how much processor
// time the kernel gave to it (Linux only, but true: it leaves out the time others had the core).
import { readFileSync } from 'node:fs';
import { performance } from 'node:perf_hooks';

/** Clock ticks per second that the kernel shows in /proc; 100 on every Linux that Node runs on. */
const TICKS = 100;

export interface Busy {
  /** Seconds in which the event loop of the main thread was not waiting. */
  readonly loopSeconds: number;
  /** Processor seconds of the main thread; NaN where the system does not tell. */
  readonly threadSeconds: number;
  /** Processor seconds of the whole process. */
  readonly processSeconds: number;
}

/** Starts counting; call what it returns to read how much since. */
export function countBusy(): () => Busy {
  const loop = performance.eventLoopUtilization();
  const thread = threadSeconds(process.pid);
  const cpu = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(cpu);
    return {
      loopSeconds: performance.eventLoopUtilization(loop).active / 1e3,
      threadSeconds: threadSeconds(process.pid) - thread,
      processSeconds: (user + system) / 1e6,
    };
  };
}

/** User and system time of one thread of this process; schedstat counts in nanoseconds where the kernel has it. */
function threadSeconds(thread: number): number {
  const task = `/proc/self/task/${thread}`;
  try {
    const [nanoseconds] = readFileSync(`${task}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / 1e9;
  } catch {
    return ticksOf(`${task}/stat`);
  }
}

function ticksOf(path: string): number {
  try {
    // The second field is a name in brackets that may hold blanks.
    const fields = readFileSync(path, 'utf8').split(') ')[1]!.split(' ');
    return (Number(fields[11]) + Number(fields[12])) / TICKS;
  } catch {
    return Number.NaN;
  }
}
