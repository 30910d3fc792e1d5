// The buttons of a page that was started with control. Each asks before it acts.
import type { PageAction, PageOrder, PageVerdict } from '../messages.js';
import { byId, setText } from './dom.js';

const effects: Readonly<Record<PageAction, string>> = {
  rotate:
    'A new connection is made, logged in and subscribed; when it is READY the old one is closed. Without a pause in the data.',
  reconnect: 'The connection is ended at once and a new one is made. Events can be missing in between.',
  stop: 'Its connections are closed and it is taken out of the fleet. It does not come back until the process is started again.',
};

const NOTICE_MS = 6000;

export class Control {
  readonly #actions = byId('actions', HTMLElement);
  readonly #dialog = byId('confirm', HTMLDialogElement);
  readonly #yes = byId('confirm-yes', HTMLButtonElement);
  readonly #notice = byId('notice', HTMLElement);
  #key: string | null = null;
  #adapter: string | undefined;
  #asked: PageOrder | undefined;
  #noticeTimer = 0;

  constructor() {
    for (const button of this.#actions.querySelectorAll('button')) {
      button.addEventListener('click', () => this.#ask(button.dataset['action'] as PageAction));
    }
    byId('confirm-no', HTMLButtonElement).addEventListener('click', () => this.#dialog.close());
    this.#yes.addEventListener('click', () => {
      const order = this.#asked;
      this.#dialog.close();
      if (order !== undefined) void this.#send(order);
    });
  }

  update(key: string | null, adapter: string | undefined): void {
    this.#key = key;
    this.#adapter = adapter;
    this.#actions.hidden = key === null || adapter === undefined;
  }

  #ask(action: PageAction): void {
    if (this.#adapter === undefined) return;
    this.#asked = { action, adapter: this.#adapter };
    const verb = `${action[0]!.toUpperCase()}${action.slice(1)}`;
    setText(byId('confirm-title', HTMLElement), `${verb} ${this.#adapter}?`);
    setText(byId('confirm-text', HTMLElement), effects[action]);
    setText(this.#yes, verb);
    this.#yes.classList.toggle('danger', action === 'stop');
    this.#dialog.showModal();
    // What does no harm comes first.
    byId('confirm-no', HTMLButtonElement).focus();
  }

  async #send(order: PageOrder): Promise<void> {
    try {
      const response = await fetch('/page/control', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-bulkhead-control': this.#key ?? '' },
        body: JSON.stringify(order),
      });
      const { ok, message } = (await response.json()) as PageVerdict;
      this.#tell(message, ok);
    } catch {
      this.#tell(`${order.action} ${order.adapter}: the server did not answer`, false);
    }
  }

  #tell(message: string, isGood: boolean): void {
    setText(this.#notice, isGood ? message : `Not done: ${message}`);
    this.#notice.dataset['tone'] = isGood ? 'good' : 'bad';
    this.#notice.hidden = false;
    clearTimeout(this.#noticeTimer);
    this.#noticeTimer = setTimeout(() => {
      this.#notice.hidden = true;
    }, NOTICE_MS);
  }
}
