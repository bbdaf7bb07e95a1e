/* wall.js -- the messages on the page.
 *
 * Two lists stand one below the other: what the feed has brought, in its order, and what was said here and has not
 * come back through the feed yet. A message moves from the second to the first, and is never in both. */

import { amendMessage, fillMessage, joinTo, newMessage, showFate, showTime } from './message.js';
import { required } from './required.js';
import { onLanguage, reasonOf, say, text, translate } from './strings.js';

const SHOWN_MAX = 500;
const HUSH_MS = 500;

export class Wall {
  #log = required('[role=log]');
  #messages = required('#messages');
  #unsentList = required('#unsent');
  #empty = required('#empty');
  /** @type {Map<string, HTMLLIElement>} by id */
  #shown = new Map();
  /** @type {Map<string, HTMLLIElement>} by client_id */
  #unsent = new Map();
  ownName = '';

  constructor() {
    onLanguage(() => document.querySelectorAll('time').forEach(showTime));
  }

  /**
   * What the feed brought.
   * @param {import('./feed.js').News} news
   * @param {(clientId: string) => void} onOwn a message said here has come back
   * @returns {number} how many were new to the reader, his own not counted
   */
  show({ messages, gap, reset, backlog }, onOwn) {
    if (backlog || reset) this.#hush();
    const hadAny = this.#shown.size > 0;
    if (reset) this.#forget();
    if (hadAny && reset) this.#note('wall.reset');
    if (hadAny && gap) this.#note('wall.gap');
    const others = messages.filter((message) => this.#add(message, onOwn));
    if (!backlog) for (const { id } of others) this.#shown.get(id)?.toggleAttribute('data-fresh', true);
    this.#trim();
    this.tidy();
    return backlog ? 0 : others.length;
  }

  /**
   * A message that is on its way, or has failed to be.
   * @param {import('./outbox.js').Entry} entry
   */
  showUnsent({ client_id, body, since, state, refusal }) {
    let li = this.#unsent.get(client_id);
    if (!li) {
      li = newMessage();
      translate(li);
      li.dataset.clientId = client_id;
      fillMessage(li, { author: this.ownName, body, sent_at: new Date(since).toISOString() }, this.ownName);
      this.#unsent.set(client_id, li);
      this.#unsentList.append(li);
    }
    showFate(li, state, () => (refusal ? reasonOf(refusal) : text('problem.unreachable')));
    this.tidy();
  }

  /**
   * The server has stored it. It keeps its place below until the feed says what its place is.
   * @param {string} clientId
   * @param {import('./feed.js').Message} message
   */
  confirm(clientId, message) {
    const li = this.#unsent.get(clientId);
    if (!li) return;
    if (this.#shown.has(message.id)) return this.dropUnsent(clientId);
    fillMessage(li, message, this.ownName);
    showFate(li, null);
  }

  /**
   * A message that changes an earlier one; of a kind that we do not know, it changes nothing.
   * @param {import('./feed.js').Message} change
   */
  amend(change) {
    const li = this.#shown.get(change.of ?? '');
    if (li) amendMessage(li, change);
  }

  /** @param {string} clientId */
  dropUnsent(clientId) {
    this.#unsent.get(clientId)?.remove();
    this.#unsent.delete(clientId);
    this.tidy();
  }

  /** Neighbours joined, and the empty room said to be one. */
  tidy() {
    let before = this.#messages.lastElementChild;
    for (const li of this.#unsent.values()) {
      joinTo(li, before);
      before = li;
    }
    this.#empty.hidden = this.#shown.size + this.#unsent.size > 0;
  }

  /** @returns {boolean} whether it is news */
  #add(message, onOwn) {
    if (message.kind) this.amend(message);
    if (message.kind || this.#shown.has(message.id)) return false;
    const own = this.#unsent.get(message.client_id);
    const li = own ?? newMessage();
    if (own) {
      this.#unsent.delete(message.client_id);
      onOwn(message.client_id);
    }
    fillMessage(li, message, this.ownName);
    showFate(li, null);
    joinTo(li, this.#messages.lastElementChild);
    this.#messages.append(li);
    this.#shown.set(message.id, li);
    return !own;
  }

  #forget() {
    this.#messages.replaceChildren();
    this.#shown.clear();
    // A confirmed one that still exists comes again with the feed.
    for (const [clientId, li] of this.#unsent) if (li.id) this.dropUnsent(clientId);
  }

  /** A whole page of messages is not read aloud; what comes later is. */
  #hush() {
    this.#log.setAttribute('aria-busy', 'true');
    setTimeout(() => this.#log.setAttribute('aria-busy', 'false'), HUSH_MS);
  }

  #note(/** @type {string} */ key) {
    const li = document.createElement('li');
    li.dataset.note = '';
    const words = document.createElement('span');
    li.append(words);
    say(words, key);
    this.#messages.append(li);
  }

  #trim() {
    while (this.#messages.childElementCount > SHOWN_MAX) {
      const oldest = this.#messages.firstElementChild;
      this.#shown.delete(oldest.id.slice(1));
      oldest.remove();
    }
  }
}
