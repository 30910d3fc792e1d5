// The stream of the server: opened again whenever it ends, and watched, because a stream can also just fall silent.
import type { PageMessage } from '../messages.js';
import type { LinkState } from './header.js';

const SILENT_MS = 4000;
const RETRY_MS = 3000;

export interface Listener {
  message(message: PageMessage): void;
  link(state: LinkState, words: string): void;
}

export function follow(url: string, listener: Listener): void {
  let heardAtMs = 0;
  let isOpen = false;
  const open = (): void => {
    const stream = new EventSource(url);
    stream.addEventListener('message', ({ data }: MessageEvent<string>) => {
      heardAtMs = performance.now();
      isOpen = true;
      listener.link('live', 'live');
      listener.message(JSON.parse(data) as PageMessage);
    });
    stream.addEventListener('error', () => {
      isOpen = false;
      listener.link('lost', 'no connection, trying again');
      // What was cut off the browser opens again by itself, what was refused it does not.
      if (stream.readyState !== EventSource.CLOSED) return;
      void whyRefused(url).then((words) => listener.link('lost', words));
      setTimeout(open, RETRY_MS);
    });
  };
  setInterval(() => {
    const silentMs = performance.now() - heardAtMs;
    if (isOpen && silentMs > SILENT_MS) listener.link('late', `silent for ${Math.round(silentMs / 1000)} s`);
  }, 1000);
  open();
}

async function whyRefused(url: string): Promise<string> {
  const status = await fetch(url, { method: 'HEAD' }).then(
    (response) => response.status,
    () => 0,
  );
  if (status === 401) return 'the token has changed: open the page with ?token=… again';
  return status === 503 ? 'too many pages are open: close one' : 'no connection, trying again';
}
