// A mistake in how the command was called: the message is all the user needs, a stack trace would only hide it.
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
