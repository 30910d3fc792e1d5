// HTTP calls of a recording, answered again: the n-th time a path is asked for it gets the n-th answer, and then the last one again.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RecordedHttpCall } from '../../recording/entries.js';

const nothing = '{"error":"the recording has no answer to this call"}';

export class HttpAnswers {
  readonly #answers = new Map<string, RecordedHttpCall[]>();

  /** In the order of the recording. A call that the server did not answer has nothing to tell. */
  add(call: RecordedHttpCall): void {
    if (call.status === undefined) return;
    const key = keyOf(call.method, call.path);
    const known = this.#answers.get(key);
    if (known === undefined) this.#answers.set(key, [call]);
    else known.push(call);
  }

  serve({ method = '', url = '' }: IncomingMessage, response: ServerResponse): void {
    // The query of a call that carried keys is not in the recording.
    const known =
      this.#answers.get(keyOf(method, url)) ?? this.#answers.get(keyOf(method, url.replace(/\?.*$/, '')));
    const answer = known !== undefined && known.length > 1 ? known.shift() : known?.[0];
    const { status = 404, body = nothing } = answer ?? {};
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }
}

function keyOf(method: string, path: string): string {
  return `${method} ${path}`;
}
