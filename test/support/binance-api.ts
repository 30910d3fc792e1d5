// The WebSocket API of Binance as its tests use it: keys of each kind, a session that is logged on, and what a call says.
import { expect } from 'chai';
import { generateKeyPairSync } from 'node:crypto';
import { binance } from '../../src/exchanges/binance.js';
import type { Exchange, Outgoing, Session } from '../../src/exchanges/exchange.js';
import { requestContext } from './request-context.js';

export const api = binance.sockets.api as unknown as Exchange;
export const hmacKey = {
  apiKey: 'vmPUZE6mv9SD5VNHk4HlWFsOr6aKE2zvsw0MuIgwCIPy6utIco14y7Ju91duEh8A',
  secret: 'NhqPtmdSJYdKjVHjA7PZj4Mge3R5YNiP1e3UZjInClVN65XAbvqqM6A7H5fATj0j',
};
export const ed25519 = generateKeyPairSync('ed25519', {
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
export const rsa = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
export const ed25519Key = { apiKey: 'ed-key', privateKey: ed25519.privateKey };
export const wallMs = 1_645_423_376_532;
export const loggedOn: Session = {
  lifetimeMs: Number.POSITIVE_INFINITY,
  granted: ['session.logon'],
  secrets: {},
};

export const sent = ({ id, frame }: Outgoing) => {
  const message = JSON.parse(frame) as { id: unknown; method: string; params: Record<string, unknown> };
  expect(message.id).to.equal(id);
  return { method: message.method, params: message.params };
};
export const hmacContext = () => requestContext({ wallMs, credentials: hmacKey });
export const sessionContext = () => requestContext({ wallMs, credentials: ed25519Key, session: loggedOn });
