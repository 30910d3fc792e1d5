// The page's files: read once, from this package and from the package `uplot`, and handed out from a fixed list. No path of a request
// ever reaches the file system.
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { ServerResponse } from 'node:http';
import type { Route } from '../fleet/server.js';

const types = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
} as const;
type Kind = keyof typeof types;

/** Everything comes from this server, no script is inline, and no text can become markup. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

const browserFolder = new URL('./browser/', import.meta.url);
// Beside the sources, not in dist: the compiler copies nothing but what it compiles.
const assetFolder = new URL('../../../src/page/assets/', import.meta.url);

/** A route for each file of the page. @throws the system's error where one cannot be read. */
export async function assetRoutes(): Promise<readonly Route[]> {
  const { resolve } = createRequire(import.meta.url);
  const scripts = (await readdir(browserFolder)).filter((name) => name.endsWith('.js'));
  return Promise.all([
    assetRoute('/', new URL('index.html', assetFolder), 'html'),
    assetRoute('/page/page.css', new URL('page.css', assetFolder), 'css'),
    assetRoute('/page/icon.svg', new URL('icon.svg', assetFolder), 'svg'),
    assetRoute('/page/vendor/uplot.js', resolve('uplot/dist/uPlot.esm.js'), 'js'),
    assetRoute('/page/vendor/uplot.css', resolve('uplot/dist/uPlot.min.css'), 'css'),
    ...scripts.map((name) => assetRoute(`/page/${name}`, new URL(name, browserFolder), 'js')),
  ]);
}

async function assetRoute(path: string, file: string | URL, kind: Kind): Promise<Route> {
  const body = await readFile(file);
  return { method: 'GET', path, handle: (_request, response) => send(response, body, kind) };
}

function send(response: ServerResponse, body: Buffer, kind: Kind): void {
  if (kind === 'html') response.setHeader('content-security-policy', CONTENT_SECURITY_POLICY);
  response.writeHead(200, { 'content-type': types[kind], 'content-length': body.length }).end(body);
}
