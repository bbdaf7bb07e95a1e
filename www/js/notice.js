/* notice.js -- a box for what concerns a form as a whole: what was done, or why not and when to try again. */

import { reasonOf, say } from './strings.js';

export class Notice {
  #box;
  #ticking = 0;

  /** @param {HTMLElement} box a live region; its words stand in [data-notice-words], if there is one */
  constructor(box) {
    this.#box = box;
  }

  /**
   * @param {string} key of a string
   * @param {'good' | 'bad'} tone
   * @param {import('./strings.js').Values} [values]
   */
  tell(key, tone, values) {
    this.#show(tone);
    say(this.#words, key, values);
  }

  /** @param {import('./wire.js').Refusal} refusal */
  refuse(refusal) {
    this.#show('bad');
    const reason = () => reasonOf(refusal);
    if (refusal.retryAfterMs > 0) this.#count(reason, Date.now() + refusal.retryAfterMs);
    else say(this.#words, 'reason', { reason });
  }

  hide() {
    clearInterval(this.#ticking);
    this.#box.hidden = true;
  }

  get #words() {
    return /** @type {HTMLElement} */ (this.#box.querySelector('[data-notice-words]') ?? this.#box);
  }

  #show(/** @type {'good' | 'bad'} */ tone) {
    clearInterval(this.#ticking);
    this.#box.dataset.tone = tone;
    this.#box.hidden = false;
  }

  #count(/** @type {() => string} */ reason, /** @type {number} */ until) {
    // Read aloud once, and again when the time is over. What is seen counts down.
    const aloud = document.createElement('span');
    const seen = document.createElement('span');
    aloud.className = 'aloud';
    seen.setAttribute('aria-hidden', 'true');
    const left = () => Math.max(0, Math.ceil((until - Date.now()) / 1000));
    const show = (/** @type {HTMLElement} */ element) =>
      say(element, left() > 0 ? 'reason.wait' : 'reason.now', { reason, seconds: left() });
    delete this.#words.dataset.text;
    this.#words.replaceChildren(aloud, seen);
    show(aloud);
    show(seen);
    this.#ticking = setInterval(() => {
      show(seen);
      if (left() > 0) return;
      clearInterval(this.#ticking);
      show(aloud);
    }, 1000);
  }
}
