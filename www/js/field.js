/* field.js -- what is wrong with a field is said below it, and to those who hear the page as part of the field. */

import { required } from './required.js';
import { say } from './strings.js';

// What an empty one lacks, where that is not a problem of the server's.
const MISSING = { name: 'problem.name-missing', sure: 'delete.sure.missing' };

/** @param {HTMLInputElement} input */
export function watchField(input) {
  input.addEventListener('input', () => clearField(input));
}

/**
 * @param {HTMLInputElement} input
 * @param {() => string} reason
 */
export function blameField(input, reason) {
  input.setAttribute('aria-invalid', 'true');
  say(errorOf(input), 'reason', { reason });
}

/** @param {HTMLInputElement} input */
export function clearField(input) {
  input.removeAttribute('aria-invalid');
  delete errorOf(input).dataset.text;
  errorOf(input).textContent = '';
}

/** The string for a field that is empty, or a box that is not ticked. */
export function missingOf(/** @type {HTMLInputElement} */ input) {
  return MISSING[input.name] ?? 'problem.password-missing';
}

/** @returns {HTMLElement} */
function errorOf(/** @type {HTMLInputElement} */ input) {
  return required(`#${input.id}-error`);
}
