/* feed.js -- what is said in the room, for as long as the page is open.
 *
 *     connecting ---the session answers---> live ---an answer---> live
 *       ^    |                                |
 *       |    +---------- a failure -----------+
 *       |                   |
 *       +--- time, wake --- waiting
 *
 * Always true: the cursor is that of the last answer whose messages were handed on. So whatever fails, asking again
 * with it misses nothing; what comes twice is dropped by the wall.
 *
 * What the reader is told: 'connecting', 'live', 'reconnecting' (a first failure, which often mends itself),
 * 'waiting', 'offline', and 'refused' when the server will not have this request however often it is made. */

import { Backoff } from './backoff.js';
import { Nap } from './nap.js';
import { ask, Refusal } from './wire.js';

const POLL_TIMEOUT_MS = 75_000; // above the server's hold of 50 s and nginx's patience
const HELD_MS = 400; // a poll unanswered for so long after the session answered is being held: we are live
const HELD_WELL_MS = 5_000; // a poll held for so long proves a healthy server, even if it failed in the end
const QUIET_MS = 2_000; // a first failure that waits longer than this is told
const BACKLOG_MS = 2_000; // an answer to the first poll that came sooner was not held
const SPIN_MS = 1_000; // "nothing new" may not come faster than this

/**
 * @typedef {object} FeedState
 * @property {'connecting' | 'live' | 'reconnecting' | 'waiting' | 'offline' | 'refused'} name
 * @property {number} [until] when the next try is, in the time of Date.now()
 * @property {Refusal} [refusal]
 *
 * @typedef {{ id: string, author: string, body: string, sent_at: string, client_id: string | null }} Message
 *
 * @typedef {object} News
 * @property {Message[]} messages
 * @property {boolean} gap some before these are missing
 * @property {boolean} reset these are all there is
 * @property {boolean} backlog these were there before we came
 */

export class Feed {
  #room;
  #session;
  #onNews;
  #onState;
  #cursor = '';
  #forget = false; // the next answer is all there is
  #failures = 0;
  #backoff = new Backoff();
  #nap = new Nap();
  #poll = new AbortController();
  #waitMs = 0;
  #resting = false;

  /**
   * @param {object} to
   * @param {string} to.room
   * @param {import('./session.js').Session} to.session
   * @param {(news: News) => void} to.onNews
   * @param {(state: FeedState) => void} to.onState
   */
  constructor({ room, session, onNews, onState }) {
    this.#room = room;
    this.#session = session;
    this.#onNews = onNews;
    this.#onState = onState;
  }

  /** Never returns. */
  async run() {
    const steps = { connecting: () => this.#connect(), live: () => this.#listen(), waiting: () => this.#wait() };
    let step = 'connecting';
    for (;;) step = await steps[step]();
  }

  /** Try again now, if we are waiting. */
  wake() {
    this.#resting = false;
    this.#nap.wake();
  }

  /** Nobody is there to read: hold nothing until woken. */
  rest() {
    this.#resting = true;
    this.#poll.abort();
  }

  /** The network may be gone: find out now instead of at the end of the hold. */
  doubt() {
    this.#poll.abort();
  }

  async #connect() {
    this.#onState({ name: this.#failures ? 'reconnecting' : 'connecting' });
    try {
      await this.#session.refresh();
      return 'live';
    } catch (error) {
      return this.#failed(error, 0);
    }
  }

  async #listen() {
    const began = performance.now();
    const held = setTimeout(() => this.#onState({ name: 'live' }), HELD_MS);
    this.#poll = new AbortController();
    try {
      const form = { room: this.#room, cursor: this.#cursor, html: '0', _xsrf: await this.#session.token() };
      const answer = await ask('/a/message/updates', { form, timeoutMs: POLL_TIMEOUT_MS, signal: this.#poll.signal });
      this.#handOn(answer, performance.now() - began);
      this.#failures = 0;
      this.#backoff.reset();
      this.#onState({ name: 'live' });
      const spins = !answer.messages && performance.now() - began < SPIN_MS;
      await this.#nap.take(answer.retry_ms ?? (spins ? SPIN_MS : 0));
      return 'live';
    } catch (error) {
      return this.#failed(error, performance.now() - began);
    } finally {
      clearTimeout(held);
    }
  }

  async #wait() {
    await this.#nap.take(this.#waitMs);
    return 'connecting';
  }

  #handOn({ messages, cursor, gap = false, reset = false }, /** @type {number} */ heldMs) {
    if (messages) {
      // In an empty room the first poll is held, and its answer is news.
      const backlog = this.#cursor === '' && heldMs < BACKLOG_MS;
      this.#onNews({ messages, gap, reset: reset || this.#forget, backlog });
      this.#forget = false;
    }
    if (cursor) this.#cursor = cursor;
  }

  /** @returns {'connecting' | 'waiting'} */
  #failed(/** @type {any} */ error, /** @type {number} */ heldMs) {
    if (!(error instanceof Refusal)) throw error;
    if (this.#resting) {
      this.#waitMs = Infinity;
      return 'waiting';
    }
    if (heldMs >= HELD_WELL_MS) {
      this.#failures = 0;
      this.#backoff.reset();
    }
    this.#failures++;
    // Connecting fetches a new token.
    if (error.slug === 'xsrf-mismatch' && this.#failures === 1) return 'connecting';
    if (error.slug === 'cursor-invalid') {
      this.#cursor = '';
      this.#forget = true;
    }
    const mends = error.isPassing || error.slug === 'xsrf-mismatch' || error.slug === 'cursor-invalid';
    this.#waitMs = mends ? this.#backoff.next(error.retryAfterMs) : Infinity;
    const quiet = this.#failures === 1 && this.#waitMs < QUIET_MS;
    const until = Date.now() + this.#waitMs;
    if (!mends) this.#onState({ name: 'refused', refusal: error });
    else if (!navigator.onLine && error.status === 0) this.#onState({ name: 'offline', until });
    else this.#onState(quiet ? { name: 'reconnecting' } : { name: 'waiting', until });
    return 'waiting';
  }
}
