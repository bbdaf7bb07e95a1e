/* unread.js -- the title of a page that nobody looks at counts what was said. */

export class Unread {
  #title;
  #count = 0;

  /** @param {string} title */
  constructor(title) {
    this.#title = title;
    document.title = title;
    document.addEventListener('visibilitychange', () => this.add(0));
  }

  /** @param {string} title from now on */
  call(title) {
    this.#title = title;
    this.add(0);
  }

  /** @param {number} news */
  add(news) {
    this.#count = document.hidden ? this.#count + news : 0;
    document.title = this.#count ? `(${this.#count}) ${this.#title}` : this.#title;
  }
}
