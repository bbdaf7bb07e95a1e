/* composer.js -- where one writes.
 *
 * What is typed is kept for this tab from the first letter on, and leaves the field only when it is on its way. */

import { required } from './required.js';
import { say } from './strings.js';

const BODY_CHARS_MAX = 4000; // fcgi/model/message.h
const COUNT_FROM = 3600;

export class Composer {
  #form = /** @type {HTMLFormElement} */ (required('#composer'));
  #field = /** @type {HTMLTextAreaElement} */ (required('#body'));
  #counter = required('#counter');
  #notice = required('#notice');
  #draft;
  #onSend;

  /**
   * @param {object} to
   * @param {string} to.room
   * @param {import('./store.js').Drawer} to.draft
   * @param {(body: string) => void} to.onSend
   */
  constructor({ room, draft, onSend }) {
    this.#draft = draft;
    this.#onSend = onSend;
    this.#form.elements.room.value = room;
    this.#form.elements.next.value = location.pathname;
    // What was typed before this script arrived is newer than the draft.
    this.#field.value ||= draft.read() ?? '';
    this.#field.addEventListener('input', () => this.#changed());
    this.#field.addEventListener('keydown', (event) => this.#onKey(event));
    this.#form.addEventListener('submit', (event) => this.#submit(event));
    required('button', this.#form).disabled = false;
    this.#count();
  }

  /**
   * Puts a text back that could not be sent, unless something else is being written.
   * @param {string} body
   * @param {() => string} reason
   * @returns {boolean} whether there was room for it
   */
  giveBack(body, reason) {
    if (this.#field.value.trim()) return false;
    this.#field.value = body;
    this.#changed();
    this.tell('compose.back', { reason });
    return true;
  }

  /**
   * Says something to the writer, until he writes on.
   * @param {string} key of a string
   * @param {import('./strings.js').Values} values
   */
  tell(key, values) {
    say(this.#notice, key, values);
    this.#notice.hidden = false;
  }

  focus() {
    this.#field.focus();
  }

  #onKey(/** @type {KeyboardEvent} */ event) {
    // While an input method composes, Enter chooses a candidate. Safari ends composing before that key: 229 tells.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #submit(/** @type {SubmitEvent} */ event) {
    event.preventDefault();
    const body = this.#body();
    if (!body || charsOf(body) > BODY_CHARS_MAX) return this.focus();
    this.#field.value = '';
    this.#changed();
    this.focus();
    this.#onSend(body);
  }

  #changed() {
    this.#draft.write(this.#field.value || null);
    this.#notice.hidden = true;
    this.#count();
  }

  #count() {
    const chars = charsOf(this.#body());
    const over = chars > BODY_CHARS_MAX;
    this.#counter.hidden = chars < COUNT_FROM;
    this.#counter.toggleAttribute('data-over', over);
    this.#field.setAttribute('aria-invalid', String(over));
    say(this.#counter, over ? 'compose.over' : 'compose.left', { count: Math.abs(BODY_CHARS_MAX - chars) });
  }

  #body() {
    return this.#field.value.replace(/\r\n?/g, '\n').trim();
  }
}

/** Characters as the server counts them: code points, so that an emoji is not two. */
function charsOf(/** @type {string} */ body) {
  let chars = 0;
  for (const _ of body) chars++;
  return chars;
}
