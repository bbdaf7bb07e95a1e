/* trouble.js -- failures one after the other: how long to wait until the next try, and what the reader is told.
 *
 * A first failure often mends itself, and little is made of it: 'reconnecting'. Else it is 'waiting', or 'offline' where
 * the browser knows better; and 'refused' when the server will not have this request however often it is made. */

import { Backoff } from './backoff.js';

const TELL_MS = 2_000; // a first failure that waits longer than this is told

export class Trouble {
  /** How many failures there were since something went well. */
  count = 0;
  #backoff = new Backoff();

  /** Something went well. */
  over() {
    this.count = 0;
    this.#backoff.reset();
  }

  /** A pause of which nobody is told. */
  pauseMs() {
    return this.#backoff.next();
  }

  /**
   * @param {import('./wire.js').Refusal} error
   * @param {boolean} mends it will be right the next time, because of what we do about it
   * @returns {{ waitMs: number, state: Omit<import('./line.js').LineState, 'way'> }} Infinity: until somebody wishes
   */
  meet(error, mends) {
    this.count++;
    const { status, slug, detail } = error;
    if (!error.isPassing && !mends) {
      return { waitMs: Infinity, state: { name: 'refused', refusal: { status, slug, detail } } };
    }
    const waitMs = this.#backoff.next(error.retryAfterMs);
    const until = Date.now() + waitMs;
    if (!navigator.onLine && status === 0) return { waitMs, state: { name: 'offline', until } };
    const isQuiet = this.count === 1 && waitMs < TELL_MS;
    return { waitMs, state: isQuiet ? { name: 'reconnecting' } : { name: 'waiting', until } };
  }
}
