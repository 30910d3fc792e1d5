// Errors as Deribit words them: code, message and sometimes data.

export class RpcError extends Error {
  readonly code: number | string;
  readonly data: unknown;

  constructor(code: number | string, message: string, data?: unknown) {
    super(message);
    this.code = code;
    this.data = data;
  }
}

export const invalidParameter = (param: string, reason: string) =>
  new RpcError(-32602, 'Invalid params', { reason, param });
/** A private method without a valid login, as captured. */
export const unauthorized = () => new RpcError(13009, 'unauthorized', { reason: 'invalid_token' });
/** The documentation's sample for a token that was valid once. */
export const tokenExpired = () =>
  new RpcError(13009, 'invalid_token', { reason: 'token has expired', param: 'access_token' });
export const invalidCredentials = () => new RpcError(13004, 'invalid_credentials');
export const scopeExceeded = () => new RpcError(13403, 'scope_exceeded');
export const rawNeedsLogin = () => new RpcError(13778, 'raw_subscriptions_not_available_for_unauthorized');
export const tooManyRequests = () => new RpcError(10028, 'too_many_requests');
export const orderNotFound = () => new RpcError(10004, 'order_not_found');
export const notOpenOrder = () => new RpcError(11044, 'not_open_order');
export const alreadyClosed = () => new RpcError(10010, 'already_closed');
