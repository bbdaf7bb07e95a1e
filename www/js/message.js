/* message.js -- one message as an element, from the one <template> for all of them. */

import { linkify } from './linkify.js';
import { required } from './required.js';
import { locale, say } from './strings.js';

const HUES = 6; // of css/message.css
const SAME_BREATH_MS = 5 * 60_000;

/** @returns {HTMLLIElement} an empty one */
export function newMessage() {
  const template = /** @type {HTMLTemplateElement} */ (required('#message'));
  const li = /** @type {HTMLLIElement} */ (required('li', template.content).cloneNode(true));
  return li;
}

/**
 * Fills it with what is known: all of a stored message, or the text and the name of one that is on its way.
 * @param {HTMLLIElement} li
 * @param {{ id?: string, author: string, by?: string, body: string, sent_at?: string, edited_at?: string,
 *   deleted_at?: string }} message
 * @param {string} ownName
 */
export function fillMessage(li, { id, author, by = '', body, sent_at, edited_at, deleted_at }, ownName) {
  if (id) li.id = `m${id}`;
  li.dataset.author = author;
  li.dataset.by = by;
  li.dataset.hue = String(hueOf(author));
  li.toggleAttribute('data-own', author === ownName);
  required('[data-bead]', li).textContent = (author || '·').slice(0, 1).toUpperCase();
  required('[data-name]', li).textContent = author;
  showBody(li, body, { isEdited: Boolean(edited_at), isDeleted: Boolean(deleted_at) });
  const time = /** @type {HTMLTimeElement} */ (required('time', li));
  time.dateTime = sent_at ?? new Date().toISOString();
  showTime(time);
}

/**
 * A later message changes it. An edit that has been deleted was followed by another one, or by a deletion.
 * @param {HTMLLIElement} li
 * @param {{ kind?: string, body?: string, deleted_at?: string }} change
 */
export function amendMessage(li, { kind, body = '', deleted_at }) {
  if (kind === 'delete') showBody(li, '', { isEdited: false, isDeleted: true });
  if (kind !== 'edit' || deleted_at || li.hasAttribute('data-deleted')) return;
  showBody(li, body, { isEdited: true, isDeleted: false });
}

/**
 * Messages of one person in one breath share a name.
 * @param {HTMLLIElement} li
 * @param {Element | null} before the message above it
 */
export function joinTo(li, before) {
  const same = before instanceof HTMLLIElement && before.dataset.author === li.dataset.author;
  li.toggleAttribute('data-continued', same && timeOf(li) - timeOf(before) < SAME_BREATH_MS);
}

/** @param {HTMLTimeElement} time */
export function showTime(time) {
  const date = new Date(time.dateTime);
  const today = date.toDateString() === new Date().toDateString();
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' };
  const day = today ? {} : { month: 'short', day: 'numeric' };
  time.textContent = date.toLocaleString(locale(), { ...day, ...clock });
  time.title = date.toLocaleString(locale(), { dateStyle: 'full', timeStyle: 'medium' });
}

/**
 * What becomes of a message that is not stored yet; null: it is.
 * @param {HTMLLIElement} li
 * @param {import('./outbox.js').Entry['state'] | null} state
 * @param {() => string} [reason]
 */
export function showFate(li, state, reason = () => '') {
  if (state === null) {
    delete li.dataset.fate;
    li.querySelector('[data-fate-line]')?.remove();
    return;
  }
  li.dataset.fate = state;
  say(required('[data-fate-text]', li), `fate.${state}`, { reason });
  for (const button of li.querySelectorAll('button')) button.hidden = state !== 'failed';
}

function showBody(/** @type {HTMLLIElement} */ li, /** @type {string} */ body, { isEdited, isDeleted }) {
  const box = required('[data-body]', li);
  delete box.dataset.text;
  if (isDeleted) say(box, 'message.deleted');
  else box.replaceChildren(linkify(body));
  li.toggleAttribute('data-deleted', isDeleted);
  required('[data-mark]', li).hidden = !isEdited || isDeleted;
}

function timeOf(/** @type {HTMLLIElement} */ li) {
  return Date.parse(required('time', li).dateTime);
}

function hueOf(/** @type {string} */ author) {
  let hash = 0;
  for (const char of author) hash = Math.imul(hash ^ char.codePointAt(0), 0x9e3779b1);
  return (hash >>> 16) % HUES;
}
