/* session.js -- who we are to the server: a display name, and the token that each post must carry.
 *
 * The cookie `_xsrf` is read anew for every request: another tab, or the server itself, may have changed the session
 * since the last one. */

import { ask } from './wire.js';

const SESSION_TIMEOUT_MS = 10_000;

export class Session {
  name = '';
  #token = '';
  #asking = null;
  #onName;

  /** @param {(name: string) => void} onName called whenever the name is another one */
  constructor(onName) {
    this.#onName = onName;
  }

  /**
   * Asks the server who we are. Those who ask at the same time share one request.
   * @returns {Promise<void>}
   */
  refresh() {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /**
   * The token for the request that is about to be made.
   * @returns {Promise<string>}
   */
  async token() {
    if (!this.name) await this.refresh();
    return tokenOfCookie() ?? this.#token;
  }

  async #ask() {
    const { name, _xsrf } = await ask('/a/session', { timeoutMs: SESSION_TIMEOUT_MS });
    this.#token = _xsrf;
    if (name === this.name) return;
    this.name = name;
    this.#onName(name);
  }
}

function tokenOfCookie() {
  return document.cookie.match(/(?:^|;\s*)_xsrf=([^;]*)/)?.[1];
}
