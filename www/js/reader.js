/* reader.js -- what this tab has read of its room, and how it keeps level with the line.
 *
 * The line may have begun before us, and news may come while the browser has put us to sleep. So each piece of news
 * says from which place to which it leads. Where it does not begin at ours, we ask the server ourselves for what is
 * between (catch up). Nothing is handed on twice: the ids of what was handed on are remembered. */

import { Backoff } from './backoff.js';
import { Nap } from './nap.js';
import { isAboutRoom } from './room-refusal.js';
import { newsOf } from './transport-poll.js';
import { ask, Refusal } from './wire.js';

const CATCH_UP_MS = 20_000; // there is something, so the answer comes at once or not at all
const KNOWN_MAX = 1_000; // ids; several times what a room remembers
const NOTHING_SAID = '0-0';

export class Reader {
  /** Where we stand; '' at the start. */
  cursor = '';
  #room;
  #session;
  #onNews;
  /** @type {Set<string>} the newest ids, oldest first */
  #known = new Set();
  #lineAt = '';
  #question = new AbortController();
  #isCatchingUp = false;
  #forget = false; // what is caught up with is all there is
  #nap = new Nap();
  #backoff = new Backoff();

  /**
   * @param {object} to
   * @param {string} to.room
   * @param {import('./session.js').Session} to.session
   * @param {(news: import('./feed.js').News) => void} to.onNews
   */
  constructor({ room, session, onNews }) {
    this.#room = room;
    this.#session = session;
    this.#onNews = onNews;
  }

  /** @param {string} id @returns {boolean} whether it was handed on */
  has(id) {
    return this.#known.has(id);
  }

  /** The line stands there. */
  meet(/** @type {string} */ cursor) {
    this.#lineAt = cursor;
    if (this.#isLevel()) this.#question.abort();
    else this.#catchUp();
  }

  /** The line brings this. */
  hear(/** @type {import('./places.js').RoomNews} */ news) {
    const { from, cursor, messages, reset } = news;
    const at = messages.findIndex(({ id }) => id === this.cursor);
    if (!this.has(cursor)) {
      if (reset || isSame(from, this.cursor)) this.#handOn(news);
      else if (at >= 0) this.#handOn({ ...news, messages: messages.slice(at + 1), gap: false });
    }
    this.meet(cursor);
  }

  /** Try again now, if we wait to. */
  wake() {
    this.#nap.wake();
  }

  async #catchUp() {
    if (this.#isCatchingUp) return;
    this.#isCatchingUp = true;
    while (!this.#isLevel()) {
      try {
        await this.#ask();
        this.#backoff.reset();
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        if (this.#isLevel()) break; // meanwhile the line has brought it
        if (isAboutRoom(error)) break; // the line hears it as well
        if (error.slug === 'cursor-invalid') this.#startAnew();
        if (isOldSession(error)) await this.#session.refresh().catch(() => {});
        await this.#nap.take(this.#backoff.next(error.retryAfterMs));
      }
    }
    this.#isCatchingUp = false;
  }

  async #ask() {
    const from = this.cursor;
    const form = { room: this.#room, cursor: from, html: '0', _xsrf: await this.#session.token() };
    this.#question = new AbortController();
    const answer = await ask('/a/message/updates', { form, timeoutMs: CATCH_UP_MS, signal: this.#question.signal });
    const [{ messages, cursor = from, gap = false, reset = false }] = newsOf(answer, [this.#room]);
    if (from !== this.cursor) return; // the line was quicker
    if (messages.length) this.#handOn({ messages, cursor, gap, reset: reset || this.#forget, backlog: from === '' });
    else await this.#nap.take(this.#backoff.next(answer.retry_ms));
  }

  #handOn({ messages, cursor, gap, reset, backlog }) {
    const fresh = messages.filter(({ id }) => reset || !this.has(id));
    for (const { id } of fresh) this.#know(id);
    this.cursor = cursor;
    if (reset) this.#forget = false;
    if (fresh.length) this.#onNews({ messages: fresh, gap, reset, backlog });
  }

  #startAnew() {
    this.cursor = '';
    this.#forget = true;
  }

  #know(/** @type {string} */ id) {
    this.#known.add(id);
    if (this.#known.size > KNOWN_MAX) this.#known.delete(this.#known.values().next().value);
  }

  /** Or before the line, which will bring what we have. */
  #isLevel() {
    return isSame(this.#lineAt, this.cursor) || isNone(this.#lineAt) || this.has(this.#lineAt);
  }
}

function isOldSession(/** @type {Refusal} */ { slug }) {
  return slug === 'xsrf-mismatch' || slug === 'session-ended';
}

function isNone(/** @type {string} */ cursor) {
  return cursor === '' || cursor === NOTHING_SAID;
}

function isSame(/** @type {string} */ a, /** @type {string} */ b) {
  return a === b || (isNone(a) && isNone(b));
}
