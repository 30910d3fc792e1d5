// What the doctor looks at on the way to a venue: name, certificate, clock, WebSocket. Each question has its own deadline.
import { lookup } from 'node:dns/promises';
import { connect, type DetailedPeerCertificate } from 'node:tls';
import { Client } from '../../client/client.js';
import { isBulkheadError } from '../../errors.js';
import { failed, type Finding, ok, warn } from './finding.js';

export interface Way {
  /** The address of the WebSocket. */
  readonly url: URL;
  readonly timeoutMs: number;
}

const DAY_MS = 86_400_000;
const FEW_DAYS = 7;
const CLOCK_WARN_MS = 1500;
const CLOCK_FAIL_MS = 5000;
const FAR_MS = 500;

export async function checkDns({ url, timeoutMs }: Way): Promise<Finding> {
  const { hostname } = url;
  const start = performance.now();
  try {
    const found = await within(lookup(hostname.replace(/^\[|\]$/g, ''), { all: true }), timeoutMs);
    const addresses = found.map(({ address }) => address).join(', ');
    return ok(`${hostname} is ${addresses} (${since(start)} ms)`);
  } catch (error) {
    const advice =
      'look at the network, /etc/resolv.conf and the spelling of the host; offline, use `bulkhead simulate`';
    return failed(`${hostname} has no address: ${wordsOf(error)}`, advice);
  }
}

export async function checkTls({ url, timeoutMs }: Way): Promise<Finding> {
  if (url.protocol !== 'wss:') return ok('ws: is not encrypted, so there is no certificate');
  const port = Number(url.port || 443);
  try {
    const { certificate, protocol, ms } = await within(certificateOf(url.hostname, port), timeoutMs);
    const days = Math.floor((Date.parse(certificate.valid_to) - Date.now()) / DAY_MS);
    const text = `${protocol} in ${ms} ms, certificate of ${String(certificate.issuer?.O ?? 'unknown')}, ${days} days left`;
    return days >= FEW_DAYS
      ? ok(text)
      : warn(text, 'the venue has to renew it; until then watch for tls-error');
  } catch (error) {
    const advice =
      'a proxy or firewall may be in between: give its certificate as connection: { tls: { ca } }, and look at the clock';
    return failed(`TLS with ${url.host} failed: ${wordsOf(error)}`, advice);
  }
}

function certificateOf(
  host: string,
  port: number,
): Promise<{
  readonly certificate: DetailedPeerCertificate;
  readonly protocol: string;
  readonly ms: number;
}> {
  const start = performance.now();
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, servername: /^[\d.:[\]]+$/.test(host) ? '' : host }, () => {
      const certificate = socket.getPeerCertificate(true);
      resolve({ certificate, protocol: socket.getProtocol() ?? 'TLS', ms: since(start) });
      socket.destroy();
    });
    socket.on('error', reject);
    socket.setTimeout(60_000, () => socket.destroy(new Error('no answer')));
    socket.unref();
  });
}

/** The venue's clock by the header Date of an HTTP answer, which is exact to a second. */
export async function checkClock({ url, timeoutMs }: Way): Promise<Finding> {
  const http = `${url.protocol === 'wss:' ? 'https' : 'http'}://${url.host}/`;
  const advice =
    'switch time synchronisation on (timedatectl set-ntp true): venues refuse logins whose time is off';
  try {
    const start = Date.now();
    const response = await fetch(http, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    const end = Date.now();
    const told = Date.parse(response.headers.get('date') ?? '');
    if (Number.isNaN(told)) return warn(`${url.host} does not tell its time`, 'compare the clock by hand');
    // The header leaves out what is below a second: half of one is the best guess.
    const offset = Math.round(told + 500 - (start + end) / 2);
    const text = `the clock of ${url.host} is ${Math.abs(offset)} ms ${offset >= 0 ? 'ahead' : 'behind'}, give or take a second`;
    if (Math.abs(offset) < CLOCK_WARN_MS) return ok(text);
    return Math.abs(offset) < CLOCK_FAIL_MS ? warn(text, advice) : failed(text, advice);
  } catch (error) {
    return warn(`the clock cannot be compared: ${wordsOf(error)}`, advice);
  }
}

/** Opens and closes a connection as an adapter would, without a login. */
export async function checkSocket({ url, timeoutMs }: Way): Promise<Finding> {
  const start = performance.now();
  try {
    const client = await Client.connect(url, {
      handshakeTimeoutMs: timeoutMs,
      heartbeat: { type: 'disabled' },
      spares: 0,
    });
    const ms = since(start);
    await client.close();
    const text = `the WebSocket opens in ${ms} ms, the thread's start included`;
    return ms < FAR_MS + timeoutMs / 10
      ? ok(text)
      : warn(text, 'the venue is far or the network slow: orders will be late');
  } catch (error) {
    const code = isBulkheadError(error) ? error.code : 'error';
    return failed(`the WebSocket does not open (${code}): ${wordsOf(error)}`, adviceFor(code));
  }
}

function adviceFor(code: string): string {
  if (code === 'handshake-refused')
    return 'the venue answers but refuses: look at the path of the URL, at its status page, at bans of this address';
  if (code === 'connect-timeout')
    return 'a firewall may swallow it: allow outgoing connections to the host and port';
  if (code === 'tls-error') return 'see the check tls';
  return 'see whether the venue is up and the address right';
}

/** @throws Error when the time is over */
async function within<Value>(promise: Promise<Value>, ms: number): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function since(start: number): number {
  return Math.round(performance.now() - start);
}

function wordsOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
