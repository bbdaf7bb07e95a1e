/* connection.js -- the state of the feed, in words. */

import { required } from './required.js';
import { reasonOf, say } from './strings.js';

export class Connection {
  #box = required('#connection');
  #words = required('[data-state-text]', this.#box);
  #seconds = required('[data-state-seconds]', this.#box);
  #button = required('button', this.#box);
  #ticking = 0;

  /** @param {() => void} onRetry */
  constructor(onRetry) {
    this.#button.addEventListener('click', onRetry);
  }

  /** @param {import('./feed.js').FeedState} state */
  show({ name, until, refusal }) {
    clearInterval(this.#ticking);
    const waits = name === 'waiting' || name === 'offline' || name === 'refused';
    // Only a change is written, because a screen reader says it.
    if (this.#box.dataset.state !== name) say(this.#words, `state.${name}`, { reason: () => reasonOf(refusal) });
    this.#box.dataset.state = name;
    this.#button.hidden = !waits;
    this.#seconds.hidden = until === undefined;
    if (until === undefined) return;
    const tick = () => this.#showSeconds(until);
    this.#ticking = setInterval(tick, 1000);
    tick();
  }

  #showSeconds(/** @type {number} */ until) {
    say(this.#seconds, 'state.seconds', { seconds: Math.max(0, Math.ceil((until - Date.now()) / 1000)) });
  }
}
