// A network of its own for one exchange: a namespace of the kernel, joined to this one by a cable that can be pulled.
import { execFileSync } from 'node:child_process';
import { Host } from './host.js';

let lastNamespace = 0;

export class Namespace {
  /** The exchange's address, as this side reaches it. */
  readonly address: string;
  readonly #name: string;
  readonly #cable: string;

  /** What stands in the way of having one; undefined where nothing does. */
  static obstacle(): string | undefined {
    if (process.platform !== 'linux') return 'there are network namespaces on Linux only';
    if (process.getuid?.() !== 0) return 'only root may make a network namespace';
    try {
      new Namespace().close();
      return undefined;
    } catch (error) {
      return `no network namespace can be made here (package iproute2): ${error instanceof Error ? error.message : ''}`;
    }
  }

  constructor() {
    lastNamespace += 1;
    const number = process.pid % 200;
    this.#name = `bulkhead-${process.pid}-${lastNamespace}`;
    this.#cable = `bh${process.pid}x${lastNamespace}`;
    const network = `10.213.${number}.${(lastNamespace % 60) * 4}`;
    const [ours, theirs] = [1, 2].map((host) =>
      network.replace(/\d+$/, (last) => String(Number(last) + host)),
    );
    this.address = theirs as string;
    ip('netns', 'add', this.#name);
    try {
      ip('link', 'add', this.#cable, 'type', 'veth', 'peer', 'name', 'exchange', 'netns', this.#name);
      ip('address', 'add', `${ours}/30`, 'dev', this.#cable);
      ip('link', 'set', this.#cable, 'up');
      this.#inside('address', 'add', `${theirs}/30`, 'dev', 'exchange');
      this.#inside('link', 'set', 'exchange', 'up');
      this.#inside('link', 'set', 'lo', 'up');
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /** A host process inside of it. */
  host(): Host {
    return new Host({ execPath: 'ip', execArgv: ['netns', 'exec', this.#name, process.execPath] });
  }

  /** Pulls the cable, or plugs it in again. Nobody is told: packets are just gone. */
  set isCut(isCut: boolean) {
    this.#inside('link', 'set', 'exchange', isCut ? 'down' : 'up');
  }

  /** The cable goes with it. */
  close(): void {
    ip('netns', 'del', this.#name);
  }

  #inside(...words: readonly string[]): void {
    ip('-n', this.#name, ...words);
  }
}

function ip(...words: readonly string[]): void {
  execFileSync('ip', words, { stdio: ['ignore', 'ignore', 'pipe'] });
}
