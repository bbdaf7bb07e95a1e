/* account-sessions.js -- where one is signed in: a list, of which each can be ended. */

import { deviceOf } from './device.js';
import { Notice } from './notice.js';
import { required } from './required.js';
import { locale, say, translate } from './strings.js';
import { ask, Refusal } from './wire.js';

const LIST_TIMEOUT_MS = 10_000;

/** @typedef {{ id: string, began_at: string, seen_at: string, device: string, current: boolean }} AccountSession */

export class AccountSessions {
  #list = required('#sessions');
  #said = required('#sessions-said');
  #notice = new Notice(required('#sessions-notice'));
  #session;
  #events;
  #loads = 0;

  /**
   * @param {object} to
   * @param {import('./session.js').Session} to.session
   * @param {() => void} to.onSignOut here
   * @param {(before: import('./session.js').Who) => unknown} to.onLost we may not be signed in any more
   */
  constructor({ session, onSignOut, onLost }) {
    this.#session = session;
    this.#events = { onSignOut, onLost };
    required('button', required('#sessions-notice')).addEventListener('click', () => this.load());
  }

  /** Asks the server. Of several questions the last one counts. */
  load() {
    const load = ++this.#loads;
    return this.#try(async () => {
      const { sessions } = await ask('/a/account/sessions', { timeoutMs: LIST_TIMEOUT_MS });
      if (load === this.#loads) this.#list.replaceChildren(...sessions.map((each) => this.#item(each)));
    });
  }

  /** They are not ours any more. */
  forget() {
    this.#loads++;
    this.#list.replaceChildren();
    this.#said.textContent = '';
    this.#notice.hide();
  }

  async #try(/** @type {() => Promise<void>} */ act) {
    const before = this.#session.who;
    try {
      await act();
      this.#notice.hide();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (error.status === 401) await this.#events.onLost(before);
      else this.#notice.refuse(error);
    }
  }

  #item(/** @type {AccountSession} */ { id, began_at, seen_at, device, current }) {
    const template = /** @type {HTMLTemplateElement} */ (required('#session'));
    const li = /** @type {HTMLLIElement} */ (required('li', template.content).cloneNode(true));
    const name = required('[data-device]', li);
    const button = /** @type {HTMLButtonElement} */ (required('button', li));
    const { key, values } = deviceOf(device);
    say(name, key, values);
    name.title = device;
    say(required('[data-began]', li), 'sessions.began', { time: () => timeOf(began_at) });
    say(required('[data-seen]', li), 'sessions.seen', { time: () => timeOf(seen_at) });
    required('[data-this]', li).hidden = !current;
    if (current) li.setAttribute('aria-current', 'true');
    // To those who hear it, "End" is: "End Firefox on Windows".
    name.id = `device-${id}`;
    button.id = `end-${id}`;
    button.setAttribute('aria-labelledby', `${button.id} ${name.id}`);
    button.dataset.text = current ? 'sessions.end.this' : 'sessions.end';
    button.addEventListener('click', () => (current ? this.#events.onSignOut() : this.#end(id, li)));
    translate(li);
    return li;
  }

  #end(/** @type {string} */ id, /** @type {HTMLLIElement} */ li) {
    if (li.getAttribute('aria-busy') === 'true') return undefined;
    li.setAttribute('aria-busy', 'true');
    return this.#try(async () => {
      try {
        await this.#session.change('/a/account/sessions/end', { id });
      } finally {
        li.setAttribute('aria-busy', 'false');
      }
      const neighbour = li.nextElementSibling ?? li.previousElementSibling;
      li.remove();
      say(this.#said, 'sessions.ended');
      // The focus goes on from where it was.
      required('button', neighbour ?? document).focus();
    });
  }
}

function timeOf(/** @type {string} */ at) {
  return new Date(at).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' });
}
