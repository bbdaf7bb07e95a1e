/* gather.js -- what was said before we came, made one piece of news again.
 *
 * A stream brings it message by message. It is shown at once, and not counted as news, which it is not; so it is
 * kept here until nothing more comes for a moment. */

const PAUSE_MS = 50;
const GATHER_MS = 300; // below QUIET_MS: a room that is never quiet is not kept waiting

export class Gather {
  #onNews;
  /** @type {Map<string, import('./hold.js').Heard>} */
  #heard = new Map();
  #since = 0;
  #timer = 0;

  /** @param {(heard: import('./hold.js').Heard) => void} onNews */
  constructor(onNews) {
    this.#onNews = onNews;
  }

  /** @returns {boolean} whether something of this room is kept */
  has(/** @type {string} */ room) {
    return this.#heard.has(room);
  }

  add(/** @type {import('./hold.js').Heard} */ { room, messages, gap = false, reset = false }) {
    const now = performance.now();
    const before = this.#heard.get(room) ?? { room, messages: [] };
    if (this.#heard.size === 0) this.#since = now;
    this.#heard.set(room, {
      room,
      messages: [...before.messages, ...messages],
      gap: before.gap || gap,
      reset: before.reset || reset,
    });
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#handOn(), Math.min(PAUSE_MS, this.#since + GATHER_MS - now));
  }

  /** What is kept comes again with the next line. */
  forget() {
    clearTimeout(this.#timer);
    this.#heard.clear();
  }

  #handOn() {
    const all = [...this.#heard.values()];
    this.#heard.clear();
    for (const heard of all) this.#onNews(heard);
  }
}
