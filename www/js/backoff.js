/* backoff.js -- how long to wait before trying again.
 *
 * Doubling, so that a server in trouble gets air; with jitter, so that a thousand pages cut off at the same moment
 * do not come back at the same moment. */

export const RETRY_FIRST_MS = 500;
export const RETRY_MAX_MS = 15_000;

export class Backoff {
  #ceilingMs = RETRY_FIRST_MS;

  /**
   * @param {number} [atLeastMs] what the server asked for (Retry-After)
   * @returns {number} milliseconds to wait now
   */
  next(atLeastMs = 0) {
    const ceilingMs = this.#ceilingMs;
    this.#ceilingMs = Math.min(ceilingMs * 2, RETRY_MAX_MS);
    const ownMs = ceilingMs * (0.5 + Math.random() / 2);
    // The server's figure is the same for everybody, so jitter goes on top of it.
    return Math.max(ownMs, atLeastMs && atLeastMs + Math.random() * 1000);
  }

  reset() {
    this.#ceilingMs = RETRY_FIRST_MS;
  }
}
