/* who.js -- one's own name, and whether it is a guest's or an account's. */

import { required } from './required.js';
import { say } from './strings.js';

/**
 * @param {HTMLElement} box
 * @param {import('./session.js').Who} who
 */
export function showWho(box, { name, isAccount }) {
  const kind = isAccount ? 'account' : 'guest';
  box.dataset.kind = name && kind;
  required('[data-own-name]', box).textContent = name;
  say(required('[data-kind-words]', box), name ? `who.${kind}` : 'who.none');
}
