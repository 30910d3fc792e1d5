// A typed list of listeners whose promises can be awaited: that is how a slow consumer holds back the credit.

type Listener = (...values: never[]) => unknown;

export class Listeners<Events extends { [Name in keyof Events]: unknown[] }> {
  readonly #lists = new Map<keyof Events, readonly Listener[]>();
  /** What those that listen once were given as. */
  readonly #wrapped = new WeakMap<Listener, Listener>();

  has(name: keyof Events): boolean {
    return this.#lists.has(name);
  }

  add<Name extends keyof Events>(name: Name, listener: (...values: Events[Name]) => unknown): void {
    checkListener(name, listener);
    this.#lists.set(name, [...(this.#lists.get(name) ?? []), listener]);
  }

  /** Adds a listener that is taken away by its first event, before it is called. `remove` takes it away too. */
  once<Name extends keyof Events>(name: Name, listener: (...values: Events[Name]) => unknown): void {
    checkListener(name, listener);
    const wrapper = (...values: Events[Name]): unknown => {
      this.remove(name, wrapper);
      return listener(...values);
    };
    this.#wrapped.set(wrapper, listener);
    this.add(name, wrapper);
  }

  remove<Name extends keyof Events>(name: Name, listener: (...values: Events[Name]) => unknown): void {
    const left =
      this.#lists.get(name)?.filter((one) => one !== listener && this.#wrapped.get(one) !== listener) ?? [];
    if (left.length === 0) this.#lists.delete(name);
    else this.#lists.set(name, left);
  }

  /**
   * Calls all listeners. Returns a promise if one of them did, settled when they are done; it never rejects.
   * A listener that throws or rejects is an uncaught exception of the application, as with any EventEmitter.
   */
  emit<Name extends keyof Events>(name: Name, ...values: Events[Name]): Promise<void> | undefined {
    const list = this.#lists.get(name);
    if (list === undefined) return undefined;
    let waiting: Promise<void> | undefined;
    for (const listener of list) {
      const done = call(listener, values);
      if (done !== undefined) waiting = waiting === undefined ? done : waiting.then(() => done);
    }
    return waiting;
  }
}

function checkListener(name: PropertyKey, listener: unknown): void {
  if (typeof listener !== 'function')
    throw new TypeError(`the listener of '${String(name)}' must be a function`);
}

function call(listener: Listener, values: unknown[]): Promise<void> | undefined {
  try {
    const result = listener(...(values as never[]));
    return result instanceof Promise ? result.then(() => undefined, rethrow) : undefined;
  } catch (error) {
    rethrow(error);
    return undefined;
  }
}

/** Out of Comlink's hands, which would send the error to the worker as if it were the worker's. */
function rethrow(error: unknown): void {
  process.nextTick(() => {
    throw error;
  });
}
