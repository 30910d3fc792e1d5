// One promise of the contract: its words, how it is kept, and why this venue cannot show it, where it cannot.
export interface ContractPromise {
  readonly title: string;
  /** The reason for which it is skipped. */
  readonly lacking: string | undefined;
  keep(): Promise<void>;
}

export function promise(
  title: string,
  lacking: string | undefined,
  keep: () => Promise<void>,
): ContractPromise {
  return { title, lacking, keep };
}

/** An account is needed for what is asked. */
export const NO_ACCOUNT = 'the profile names no account';
