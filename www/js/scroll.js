/* scroll.js -- the reader's place is his own.
 *
 * Who is at the end sees what comes; who reads further up is not moved, and told that there is more below. */

import { required } from './required.js';

const NEAR_END_PX = 64; // about one message: nobody scrolls to the exact end

export class ScrollKeeper {
  #scroller = required('#scroller');
  #button = required('#below');
  #atEnd = true;
  #top = 0; // where the scroller stood when #atEnd was found

  constructor() {
    this.#scroller.addEventListener('scroll', () => this.#look(), { passive: true });
    this.#button.addEventListener('click', () => this.toEnd());
    // The keyboard of a phone, or a composer that grows, takes room away: the end stays in sight.
    new ResizeObserver(() => this.#isAtEnd() && this.toEnd()).observe(this.#scroller);
  }

  /**
   * Changes the list and keeps the place.
   * @param {() => number} change returns how many messages are news to the reader
   */
  around(change) {
    const wasAtEnd = this.#isAtEnd();
    const news = change();
    if (wasAtEnd) this.toEnd();
    else if (news > 0) this.#button.hidden = false;
  }

  toEnd() {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#look();
  }

  /** The browser tells of a scroll a frame late, and news may come before that. */
  #isAtEnd() {
    if (this.#scroller.scrollTop !== this.#top) this.#look();
    return this.#atEnd;
  }

  #look() {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    this.#top = scrollTop;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < NEAR_END_PX;
    if (this.#atEnd) this.#button.hidden = true;
  }
}
