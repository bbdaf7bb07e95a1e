/* passwords.js -- fields for passwords: shown on demand, and kept nowhere. */

import { required } from './required.js';
import { say, text } from './strings.js';

/** Makes the buttons show and hide what is typed. */
export function startPasswords() {
  for (const button of buttons()) {
    button.addEventListener('click', () => show(button, inputOf(button).type === 'password'));
  }
  // A page that was left may live on for the "back" button, and another person.
  window.addEventListener('pagehide', () => {
    for (const button of buttons()) inputOf(button).value = '';
  });
}

/**
 * Before they are sent: a browser offers what was typed into a field of plain text to whoever types there next.
 * @param {HTMLFormElement} form
 */
export function hidePasswords(form) {
  for (const button of buttons(form)) show(button, false);
}

function show(/** @type {HTMLButtonElement} */ button, /** @type {boolean} */ shown) {
  inputOf(button).type = shown ? 'text' : 'password';
  const key = shown ? 'password.hide' : 'password.show';
  button.dataset.textAriaLabel = `${key}.long`;
  button.setAttribute('aria-label', text(`${key}.long`));
  say(button, key);
}

/** @returns {NodeListOf<HTMLButtonElement>} */
function buttons(/** @type {ParentNode} */ within = document) {
  return within.querySelectorAll('[data-shows]');
}

/** @returns {HTMLInputElement} */
function inputOf(/** @type {HTMLButtonElement} */ button) {
  return required(`#${button.dataset.shows}`);
}
