/* shop-news.js -- what is read aloud: one's own doings at once, what others do a few seconds of it at a time.
 *
 * In a busy shop counts change faster than anybody can listen. So of each product only its newest count is told, and
 * only those that changed; and after something was told there is a pause. */

import { required } from './required.js';

const GATHER_MS = 4_000;

export class News {
  #box = required('#news');
  /** @type {Map<string, () => string>} what is to be told, by what it is about */
  #pending = new Map();
  #timer = 0;

  /** @param {() => string} words what one has just done */
  now(words) {
    this.#box.textContent = words();
  }

  /**
   * @param {string} about a later word about the same takes its place
   * @param {() => string} words
   */
  soon(about, words) {
    this.#pending.set(about, words);
    this.#timer ||= setTimeout(() => this.#tell(), GATHER_MS);
  }

  /** What was to be told about it is old. */
  forget(/** @type {string} */ about) {
    this.#pending.delete(about);
  }

  #tell() {
    this.#timer = 0;
    if (this.#pending.size > 0) this.#box.textContent = [...this.#pending.values()].map((words) => words()).join(' ');
    this.#pending.clear();
  }
}
