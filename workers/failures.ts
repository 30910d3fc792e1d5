// What a failed or ended socket means: errors, HTTP statuses and close codes -> the ending of the thread. Pure.
import type { ClientEnding } from '../src/client/protocol.js';
import type { ErrorDetail, ExitReason } from '../src/errors.js';
import type { Exchange } from '../src/exchanges/exchange.js';
import { readRetryAfter } from '../src/http-failure.js';
import { ending } from './ending.js';

/** OpenSSL's verification results as Node names them, beside those that begin with CERT_, ERR_TLS_ and ERR_SSL_. */
const tlsCodes = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_GET_CRL',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'HOSTNAME_MISMATCH',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'EPROTO',
]);

const hints: readonly (readonly [RegExp, string])[] = [
  [/SELF_SIGNED|UNABLE_TO_/, 'give the certificate authority in `tls.ca`'],
  [/ALTNAME|HOSTNAME/, 'the certificate is for another host; check the URL or set `tls.servername`'],
  [/EXPIRED|NOT_YET_VALID/, "check this machine's clock and the server's certificate"],
  [/EPROTO|ERR_SSL/, 'the port may not speak TLS, or asks for a client certificate: `tls.cert`, `tls.key`'],
];

export function isTlsCode(code: string): boolean {
  return tlsCodes.has(code) || /^(CERT_|ERR_TLS_|ERR_SSL_)/.test(code);
}

/** A connect that failed before the WebSocket was open. */
export function connectFailure(error: Error & { code?: string }, address: string): ClientEnding {
  const code = error.code ?? '';
  const detail: ErrorDetail = code === '' ? {} : { systemCode: code };
  const text = error.message === '' ? code : error.message;
  if (isTlsCode(code)) {
    const hint = hints.find(([pattern]) => pattern.test(code))?.[1] ?? 'check the `tls` options';
    return ending('tls-error', `TLS to ${address} failed: ${text}; ${hint}`, detail);
  }
  const isSystem = /^E[A-Z_]+$/.test(code);
  const reason: ExitReason =
    isSystem || code === '' || code.startsWith('HPE_') ? 'network-error' : 'protocol-error';
  const isHandshake = /Sec-WebSocket|Upgrade header|subprotocol|WebSocket was closed/i.test(text);
  return ending(isHandshake ? 'protocol-error' : reason, `connecting to ${address} failed: ${text}`, detail);
}

/** Statuses that mean "not now" rather than "not you". 418 is what some venues answer to an address that was too fast. */
const passingStatuses = new Set([408, 418, 425, 429]);

/** The server answered the upgrade with an HTTP status. */
export function refusedUpgrade(
  status: number,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  address: string,
  nowMs: number,
): ClientEnding {
  const retryable = status >= 500 || passingStatuses.has(status);
  const retryAfterMs = readRetryAfter(headers['retry-after'], nowMs);
  const detail = { httpStatus: status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  return ending('handshake-refused', `${address} answered the upgrade with HTTP ${status}`, detail, {
    retryable,
  });
}

/** The peer's end of an open connection. `exchange` may know what its close codes mean. */
export function closedByPeer(
  code: number,
  closeReason: string,
  exchange: Exchange | undefined,
): ClientEnding {
  const detail = { closeCode: code, ...(closeReason === '' ? {} : { closeReason }) };
  const words = closeReason === '' ? '' : ` (${closeReason})`;
  const message =
    code === 1006
      ? 'the connection was dropped without a close frame'
      : `the peer closed the connection with code ${code}${words}`;
  const meaning = exchange?.classifyClose?.(code, closeReason);
  if (meaning === 'banned') return ending('venue-refused', message, detail);
  if (meaning === 'fatal-login') return ending('login-refused', message, detail);
  return ending('socket-closed', message, detail);
}

/** The peer broke the WebSocket protocol on an open connection. */
export function brokenFrame(error: Error & { code?: string }, maxPayloadBytes: number): ClientEnding {
  const tooLarge = error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH';
  const hint = tooLarge ? `; the limit is \`maxPayloadBytes\`, now ${maxPayloadBytes}` : '';
  const detail: ErrorDetail = error.code === undefined ? {} : { systemCode: error.code };
  return ending('protocol-error', `a frame of the peer cannot be read: ${error.message}${hint}`, detail);
}

/** More pings came at once than can be answered: whoever sends them would fill the memory with answers. */
export function floodOfPings(): ClientEnding {
  return ending('protocol-error', 'the peer sent pings faster than their answers could be written', {
    systemCode: 'TOO_MANY_PENDING_PONGS',
  });
}
