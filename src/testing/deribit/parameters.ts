// Reads named parameters and words what is wrong with them as Deribit does (-32602).
import { invalidParameter } from './rpc-error.js';

export class Parameters {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== null;
  }

  text(name: string): string {
    return this.optionalText(name) ?? missing(name);
  }

  optionalText(name: string, longest = 4096): string | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (typeof value !== 'string') throw invalidParameter(name, 'must be a string');
    if (value.length > longest) throw invalidParameter(name, `must be at most ${longest} characters long`);
    return value;
  }

  /** A text out of a closed list. */
  choice<T extends string>(name: string, choices: readonly T[], fallback?: T): T {
    const value = this.optionalText(name) ?? fallback ?? missing(name);
    const choice = choices.find((candidate) => candidate === value);
    if (choice === undefined) throw invalidParameter(name, `must be one of: ${choices.join(', ')}`);
    return choice;
  }

  number(name: string): number {
    return this.optionalNumber(name) ?? missing(name);
  }

  /** Numbers also arrive as text, over HTTP always. */
  optionalNumber(name: string): number | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isFinite(number))
      throw invalidParameter(name, 'must be a number');
    return number;
  }

  flag(name: string, fallback = false): boolean {
    if (!this.has(name)) return fallback;
    const value = this.#values[name];
    if (value === true || value === 'true') return true;
    if (value === false || value === 'false') return false;
    throw invalidParameter(name, 'must be a boolean');
  }

  textList(name: string): readonly string[] {
    const value = this.#values[name];
    if (value === undefined || value === null) return missing(name);
    if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
      throw invalidParameter(name, 'must be an array of strings');
    }
    return value as readonly string[];
  }
}

function missing(name: string): never {
  throw invalidParameter(name, 'value required');
}
