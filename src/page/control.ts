// What a page that was started with control may do to adapters: a POST from the page itself, with a key that only the page was told.
import type { IncomingMessage, ServerResponse } from 'node:http';
import { isSame, reply, type Route } from '../fleet/server.js';
import type { PageAction, PageOrder, PageVerdict } from './messages.js';

/** What each action does; resolves with what was done, in words. Rejects where it could not be done. */
export type PageControl = Readonly<Record<PageAction, (adapter: string) => Promise<string>>>;

const LONGEST_BODY = 4096;

export function controlRoute(control: PageControl | undefined, key: string): Route {
  return {
    method: 'POST',
    path: '/page/control',
    async handle(request, response) {
      if (control === undefined) return answer(response, 403, 'this page is read-only');
      const refusal = refusalOf(request, key);
      if (refusal !== undefined) return answer(response, 403, refusal);
      const order = readOrder(await bodyOf(request));
      if (order === undefined) return answer(response, 400, 'this is no action');
      try {
        const message = await control[order.action](order.adapter);
        verdict(response, 200, { ok: true, message });
      } catch (error) {
        const message = error instanceof Error ? error.message : String(error);
        verdict(response, 409, { ok: false, message });
      }
    },
  };
}

/**
 * A page of another origin can make a browser post, also with our cookie. It can neither leave out nor forge `Origin`, cannot set this
 * header without being asked for permission first, which nobody here gives, and does not know the key.
 */
function refusalOf({ headers }: IncomingMessage, key: string): string | undefined {
  if (!isOwnOrigin(headers.origin, headers.host)) return 'the request does not come from the page';
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return 'the request does not come from the page';
  const given = headers['x-bulkhead-control'];
  if (typeof given !== 'string' || !isSame(given, key))
    return 'the key of this page is no longer valid: reload it';
  return undefined;
}

function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined || host === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).host === host.toLowerCase();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk as string;
    if (body.length > LONGEST_BODY) return '';
  }
  return body;
}

function readOrder(body: string): PageOrder | undefined {
  try {
    const { action, adapter } = JSON.parse(body) as Partial<PageOrder>;
    const isKnown = action === 'rotate' || action === 'reconnect' || action === 'stop';
    return isKnown && typeof adapter === 'string' ? { action, adapter } : undefined;
  } catch {
    return undefined;
  }
}

function answer(response: ServerResponse, status: number, message: string): void {
  verdict(response, status, { ok: false, message });
}

function verdict(response: ServerResponse, status: number, value: PageVerdict): void {
  reply(response, status, `${JSON.stringify(value)}\n`, 'application/json');
}
