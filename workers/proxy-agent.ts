// Connects through a proxy. The agents are optional packages, loaded only when `proxy` is set; a proxy that fails ends the thread
// and is never gone around.
import type { Agent } from 'node:http';
import type { ClientEnding } from '../src/client/protocol.js';
import { BulkheadError, toRecord } from '../src/errors.js';
import { ending } from './ending.js';

/** What is used of the agents of both packages. */
interface TunnelAgent extends Agent {
  connect(request: unknown, options: unknown): Promise<unknown>;
}

export interface Tunnel {
  readonly agent: Agent;
  /** Why the tunnel failed, undefined while it has not. */
  failure(): ClientEnding | undefined;
}

/** Loads the agent for this proxy. @throws BulkheadError `missing-dependency` that says what to install. */
export async function openTunnel(proxy: string): Promise<Tunnel> {
  const url = new URL(proxy);
  const place = `${url.protocol}//${url.host}`;
  const agent = await loadAgent(url);
  let failure: ClientEnding | undefined;
  const connect = agent.connect.bind(agent);
  agent.connect = async (request, options) => {
    try {
      return await connect(request, options);
    } catch (error) {
      failure = proxyEnding(place, (error as Error).message, systemCodeOf(error as Error));
      throw error;
    }
  };
  // https-proxy-agent replays the proxy's refusal as if the venue had answered, so the status is taken here.
  agent.on('proxyConnect', ({ statusCode }: { statusCode: number }) => {
    if (statusCode !== 200)
      failure = proxyEnding(place, `it answered CONNECT with HTTP ${statusCode}`, undefined, statusCode);
  });
  return { agent, failure: () => failure };
}

async function loadAgent(url: URL): Promise<TunnelAgent> {
  const isSocks = url.protocol.startsWith('socks');
  const name = isSocks ? 'socks-proxy-agent' : 'https-proxy-agent';
  try {
    if (isSocks)
      return new (await import('socks-proxy-agent')).SocksProxyAgent(url) as unknown as TunnelAgent;
    return new (await import('https-proxy-agent')).HttpsProxyAgent(url) as unknown as TunnelAgent;
  } catch (cause) {
    const text = `the option \`proxy\` needs the package ${name}: npm install ${name}`;
    throw new BulkheadError('missing-dependency', text, { cause, detail: { package: name } });
  }
}

/** The socks package wraps system errors in errors without a code. */
function systemCodeOf(error: Error & { code?: string }): string | undefined {
  return error.code ?? /\bE[A-Z]{3,}\b/.exec(error.message)?.[0];
}

function proxyEnding(place: string, problem: string, systemCode?: string, httpStatus?: number): ClientEnding {
  const detail = {
    ...(systemCode === undefined ? {} : { systemCode }),
    ...(httpStatus === undefined ? {} : { httpStatus }),
  };
  // 407 and the like do not change by asking again; a proxy that is down may come back.
  const retryable = httpStatus === undefined || httpStatus >= 500;
  return ending('proxy-error', `the proxy ${place} failed: ${problem}`, detail, { retryable });
}

/** The ending for a proxy whose package is not installed. */
export function missingAgent(error: unknown): ClientEnding {
  return ending('proxy-error', (error as Error).message, {}, { retryable: false, error: toRecord(error) });
}
