/* turned-away.js -- the way out for those who may not be here without an account.
 *
 * It is taken once: who comes back and has not signed in is told so, instead of being sent round in circles. */

import { pathToAccount } from './next.js';
import { drawer } from './store.js';

const sent = drawer('sessionStorage', 'turned-away');

/** To the account page, which leads back here. */
export function turnAway() {
  if (sent.read()) return;
  sent.write(true);
  location.replace(pathToAccount());
}

/** This time he may stay. */
export function cameIn() {
  sent.write(null);
}
