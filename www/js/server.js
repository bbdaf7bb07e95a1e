/* server.js -- what is asked of the server in our name, beyond messages. A refusal is a Refusal, thrown. */

import { ask } from './wire.js';

const TIMEOUT_MS = 15_000;

export class Server {
  #session;

  /** @param {import('./session.js').Session} session */
  constructor(session) {
    this.#session = session;
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} [query]
   * @returns {Promise<any>}
   */
  get(path, query) {
    return ask(query ? `${path}?${new URLSearchParams(query)}` : path, { timeoutMs: TIMEOUT_MS });
  }

  /**
   * @param {string} path
   * @param {Record<string, string>} fields without the token
   * @returns {Promise<any>}
   */
  async post(path, fields) {
    const before = this.#session.name;
    try {
      return await this.#post(path, fields);
    } catch (error) {
      if (error.slug !== 'xsrf-mismatch' && error.slug !== 'session-ended') throw error;
      await this.#session.refresh();
      if (this.#session.name !== before) throw error; // we are not who asked
      return this.#post(path, fields);
    }
  }

  async #post(/** @type {string} */ path, /** @type {Record<string, string>} */ fields) {
    const form = { ...fields, _xsrf: await this.#session.token() };
    return ask(path, { form, timeoutMs: TIMEOUT_MS });
  }
}
