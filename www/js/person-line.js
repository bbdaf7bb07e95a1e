/* person-line.js -- somebody in a list: his name, what he is there, and buttons for what can be done about him. */

import { required } from './required.js';
import { say } from './strings.js';
import { whenSure } from './sure.js';

/**
 * @typedef {object} Deed
 * @property {string} key of the string on its button, which tells the deeds of a person apart
 * @property {() => unknown} act
 * @property {boolean} [isGrave] asked for twice
 */

/**
 * Fills the line; buttons that were there and still are, stay.
 * @param {HTMLLIElement} li
 * @param {object} who
 * @param {string} who.name
 * @param {{ key: string, values?: import('./strings.js').Values } | null} [who.what]
 * @param {Deed[]} [who.deeds]
 */
export function fillPerson(li, { name, what = null, deeds = [] }) {
  const box = required('[data-what]', li);
  required('[data-name]', li).textContent = name;
  box.hidden = what === null;
  if (what) say(box, what.key, what.values);
  const buttons = required('[data-buttons]', li);
  const keys = deeds.map(({ key }) => key).join(' ');
  if (buttons.dataset.keys === keys) return;
  const hadFocus = buttons.contains(document.activeElement);
  buttons.dataset.keys = keys;
  buttons.replaceChildren(...deeds.map((deed) => buttonFor(deed, name)));
  if (hadFocus) buttons.querySelector('button')?.focus();
}

function buttonFor(/** @type {Deed} */ { key, act, isGrave }, /** @type {string} */ name) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet';
  button.dataset.key = key;
  say(button, key);
  button.setAttribute('aria-description', name); // whom it is about, to those who hear it
  if (isGrave) whenSure(button, act);
  else button.addEventListener('click', act);
  return button;
}
