/* connection.js -- the state of the feed, in words; and, for those who want to know, which way it comes. */

import { required } from './required.js';
import { onLanguage, reasonOf, say, text } from './strings.js';

export class Connection {
  #box = required('#connection');
  #words = required('[data-state-text]', this.#box);
  #seconds = required('[data-state-seconds]', this.#box);
  #button = required('button', this.#box);
  #ticking = 0;

  /** @param {() => void} onRetry */
  constructor(onRetry) {
    this.#button.addEventListener('click', onRetry);
    onLanguage(() => this.#showWay());
  }

  /** @param {import('./feed.js').FeedState} state */
  show({ name, way, isShared, until, refusal }) {
    clearInterval(this.#ticking);
    // Nobody holds a line that is not there.
    if (name === 'live') Object.assign(this.#box.dataset, { way, shared: isShared });
    else delete this.#box.dataset.way;
    this.#showWay();
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

  #showWay() {
    const { way, shared } = this.#box.dataset;
    if (!way) return this.#box.removeAttribute('title');
    this.#box.title = text(`way.${way}`) + (shared === 'true' ? text('way.shared') : '');
  }

  #showSeconds(/** @type {number} */ until) {
    say(this.#seconds, 'state.seconds', { seconds: Math.max(0, Math.ceil((until - Date.now()) / 1000)) });
  }
}
