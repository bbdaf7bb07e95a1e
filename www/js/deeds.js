/* deeds.js -- what can be done about a message: one's own is edited or deleted; who moderates the room
 * deletes those of others, and mutes or bans who said them.
 *
 *     button beside the message ---> row of deeds ---edit------> edit-form.js
 *              ^                          |
 *              |                          +---others---> "sure?" ---yes---> server
 *              +---- again, Escape, done -+-----------------no
 *
 * What has changed is shown when the server has answered, and comes with the feed as well. */

import { startEdit } from './edit-form.js';
import { Notice } from './notice.js';
import { required } from './required.js';
import { say, translate } from './strings.js';
import { Refusal } from './wire.js';

const EDIT_MS = 15 * 60_000; // of the server

export class Deeds {
  #messages = required('#messages');
  #room;
  #server;
  #onChange;
  #mayModerate = false;

  /**
   * @param {object} to
   * @param {string} to.room
   * @param {import('./server.js').Server} to.server
   * @param {(change: import('./feed.js').Message) => void} to.onChange
   */
  constructor({ room, server, onChange }) {
    this.#room = room;
    this.#server = server;
    this.#onChange = onChange;
    this.#messages.addEventListener('click', ({ target }) => this.#click(/** @type {Element} */ (target)));
    this.#messages.addEventListener('keydown', ({ key, target }) => {
      const li = /** @type {Element} */ (target).closest('li');
      if (key === 'Escape' && li?.querySelector('[data-deeds]')) this.#close(li);
    });
  }

  /** Whether we own the room, or are an administrator. */
  moderate(/** @type {boolean} */ may) {
    this.#mayModerate = may;
    this.offer();
  }

  /** Each message has the button, or has not; after messages came, or our part has changed. */
  offer() {
    for (const li of this.#messages.querySelectorAll('li[id]')) {
      const button = li.querySelector('[data-deeds-open]');
      const isOffered = this.#deedsFor(li).length > 0;
      if (isOffered && !button) required('[data-body]', li).before(copyOf('#deeds-open'));
      if (!isOffered && button) this.#withdraw(li);
    }
  }

  #deedsFor(/** @type {HTMLElement} */ li) {
    if (li.hasAttribute('data-deleted')) return [];
    const isOwn = li.hasAttribute('data-own');
    const isYoung = Date.now() - Date.parse(required('time', li).dateTime) < EDIT_MS;
    const deeds = [];
    if (isOwn && isYoung) deeds.push('edit');
    if (isOwn || this.#mayModerate) deeds.push('delete');
    if (!isOwn && this.#mayModerate && li.dataset.by) deeds.push('mute', 'ban');
    return deeds;
  }

  #click(/** @type {Element} */ target) {
    const button = target.closest('button');
    const li = target.closest('li');
    if (!button || !li) return;
    const { deed } = button.dataset;
    if (button.hasAttribute('data-deeds-open')) this.#toggle(li);
    else if (deed === 'edit') this.#edit(li);
    else if (deed) this.#ask(li, deed);
    else if (button.hasAttribute('data-no')) this.#close(li);
    else if (button.hasAttribute('data-yes')) this.#do(li, button.dataset.yes ?? '');
  }

  #toggle(/** @type {HTMLLIElement} */ li) {
    if (li.querySelector('[data-deeds]')) return this.#close(li);
    const row = copyOf('#deeds');
    for (const deed of this.#deedsFor(li)) required(`[data-deed=${deed}]`, row).hidden = false;
    required('[data-body]', li).after(row);
    required('[data-deeds-open]', li).setAttribute('aria-expanded', 'true');
    required('button:not([hidden])', row).focus();
  }

  #close(/** @type {HTMLElement} */ li) {
    const opener = li.querySelector('[data-deeds-open]');
    li.querySelector('[data-deeds]')?.remove();
    opener?.setAttribute('aria-expanded', 'false');
    opener?.focus();
  }

  /** Nothing can be done about it any more. */
  #withdraw(/** @type {HTMLElement} */ li) {
    const hadFocus = li.contains(document.activeElement);
    for (const part of li.querySelectorAll('[data-deeds], [data-deeds-open], [data-edit]')) part.remove();
    if (hadFocus) required('#scroller').focus();
  }

  #edit(/** @type {HTMLLIElement} */ li) {
    this.#close(li);
    startEdit(li, {
      save: async (body) => {
        const id = li.id.slice(1);
        this.#onChange(await this.#server.post('/a/message/edit', { room: this.#room, id, body }));
      },
      onEnd: () => li.querySelector('[data-deeds-open]')?.focus(),
    });
  }

  #ask(/** @type {HTMLElement} */ li, /** @type {string} */ deed) {
    const yes = required('[data-yes]', li);
    required('[data-deeds] > .row', li).hidden = true;
    required('[data-sure]', li).hidden = false;
    required('[data-minutes]', li).hidden = deed === 'delete';
    say(required('[data-sure-words]', li), `deeds.${deed}.sure`, { name: li.dataset.author });
    say(yes, `deeds.${deed}.yes`);
    yes.dataset.yes = deed;
    (deed === 'delete' ? yes : required('[data-minutes]', li)).focus();
  }

  async #do(/** @type {HTMLElement} */ li, /** @type {string} */ deed) {
    const room = this.#room;
    const { by: person, author: name } = li.dataset;
    const notice = new Notice(required('[data-deeds] [data-notice]', li));
    try {
      if (deed === 'delete') {
        this.#onChange(await this.#server.post('/a/message/delete', { room, id: li.id.slice(1) }));
      } else {
        const minutes = required('[data-minutes]', li).value;
        await this.#server.post(`/a/room/${deed}`, { room, person, name, minutes });
        required('[data-sure]', li).hidden = true;
        notice.tell(`deeds.done.${deed}`, 'good', { name });
        required('[data-deeds-open]', li).focus();
      }
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      notice.refuse(error);
    }
  }
}

/** @returns {HTMLElement} */
function copyOf(/** @type {string} */ template) {
  const { content } = /** @type {HTMLTemplateElement} */ (required(template));
  const copy = /** @type {HTMLElement} */ (content.firstElementChild.cloneNode(true));
  const box = document.createElement('div');
  box.append(copy);
  translate(box);
  return copy;
}
