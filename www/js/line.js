/* line.js -- the connection on which news comes, for all the rooms that tabs of this browser are in.
 *
 *     connecting ---the session answers---> holding ---ended well, another way---> holding
 *       ^    |                                |
 *       |    +---------- a failure -----------+
 *       |                   |
 *       +--- time, wake --- waiting
 *
 * How it is held is a transport's business (hold.js), and choice.js chooses which. Whatever fails, and whichever way
 * comes next, going on from the places (places.js) misses nothing and doubles nothing.
 *
 * When the session ends, the line ends with it. Connecting asks who we are now, a moment later: whoever has ended the
 * session, perhaps by signing in in another tab, may only just have got the cookies of the next one.
 *
 * Of a room that we may not be in, or not any more, the line brings nothing from then on; the others are not concerned.
 *
 * What the reader is told: 'connecting', 'live', and of failures what trouble.js makes of them. */

import { Hold } from './hold.js';
import { Nap } from './nap.js';
import { Places } from './places.js';
import { isAboutRoom, refusedOf } from './room-refusal.js';
import { Trouble } from './trouble.js';
import { Refusal } from './wire.js';

const HELD_WELL_MS = 5_000; // a line held for so long proves a healthy server, even if it failed in the end

/**
 * @typedef {object} LineState
 * @property {'connecting' | 'live' | 'reconnecting' | 'waiting' | 'offline' | 'refused'} name
 * @property {import('./choice.js').Way} way
 * @property {number} [until] when the next try is, in the time of Date.now()
 * @property {{ status: number, slug: string, detail: string }} [refusal]
 */

export class Line {
  #session;
  #choice;
  #events;
  #places = new Places();
  /** @type {Hold | null} */
  #hold = null;
  #trouble = new Trouble();
  #nap = new Nap();
  #waitMs = 0;
  #isClosed = false;
  #isIdle = false; // there is no room to hold the line for
  /** @type {LineState} */
  state;

  /**
   * @param {object} to
   * @param {import('./session.js').Session} to.session
   * @param {import('./choice.js').Choice} to.choice
   * @param {(news: import('./places.js').RoomNews) => void} to.onNews
   * @param {(presence: import('./hold.js').Presence) => void} to.onPresence
   * @param {(room: string, refusal: Refusal) => void} to.onGone we may not be in this room
   * @param {(state: LineState) => void} to.onState
   */
  constructor({ session, choice, onNews, onPresence, onGone, onState }) {
    this.#session = session;
    this.#choice = choice;
    this.#events = { onNews, onPresence, onGone, onState };
    this.state = { name: 'connecting', way: choice.way };
  }

  /** Until it is closed. */
  async run() {
    const steps = { connecting: () => this.#connect(), holding: () => this.#listen(), waiting: () => this.#wait() };
    for (let step = 'connecting'; !this.#isClosed; ) step = await steps[step]();
  }

  /** For good. */
  close() {
    this.#isClosed = true;
    this.#hold?.end();
    this.#nap.wake();
  }

  /**
   * Somebody reads this room, and stands there.
   * @param {string} room
   * @param {string} cursor
   * @returns {string | null} where we stand; null: there are too many rooms
   */
  follow(room, cursor) {
    if (this.#places.add(room, cursor)) this.#hold?.roomsChanged();
    if (this.#isIdle) this.#nap.wake();
    return this.#places.cursors.get(room) ?? null;
  }

  /** Nobody reads this room any more. */
  drop(/** @type {string} */ room) {
    if (this.#places.remove(room)) this.#hold?.roomsChanged();
  }

  /** Try again now, if we are waiting. */
  wake() {
    this.#nap.wake();
  }

  /** The network may be gone: find out now instead of at the end of the hold. */
  doubt() {
    this.#hold?.end();
  }

  /** It should have brought something by now. */
  suspect() {
    this.#hold?.suspect();
  }

  async #connect() {
    this.#tell({ name: this.#trouble.count ? 'reconnecting' : 'connecting' });
    try {
      await (this.#trouble.count ? this.#session.refresh() : this.#session.token());
      return 'holding';
    } catch (error) {
      return this.#failed(error);
    }
  }

  async #listen() {
    if (this.#places.cursors.size === 0) return this.#rest();
    const hold = new Hold(this.#choice.way, {
      onWorks: () => this.#choice.works(hold.way),
      onLive: () => this.#tell({ name: 'live' }),
      onNews: (heard) => this.#handOn(heard),
      onPresence: (presence) => this.#isClosed || this.#events.onPresence(presence),
      onRefused: (room, refusal) => this.#gone(room, refusal),
    });
    this.#hold = hold;
    const { retryMs, error } = await hold.run(this.#places.cursors, this.#session);
    this.#hold = null;
    if (error instanceof Refusal && isAboutRoom(error)) return this.#leaveOut(error);
    if (error) return (await this.#isToBlame(hold, error)) ? 'holding' : this.#failed(error, hold);
    this.#trouble.over();
    // A timer, however short, is slow in a page that nobody sees.
    if (retryMs > 0) await this.#nap.take(retryMs);
    return 'holding';
  }

  async #rest() {
    this.#isIdle = true;
    await this.#nap.take(Infinity);
    this.#isIdle = false;
    return 'holding';
  }

  async #leaveOut(/** @type {Refusal} */ refusal) {
    const rooms = await refusedOf(refusal, [...this.#places.cursors.keys()]);
    for (const room of rooms) this.#gone(room, refusal);
    if (!rooms.length) await this.#nap.take(this.#trouble.pauseMs());
    return 'holding';
  }

  #gone(/** @type {string} */ room, /** @type {Refusal} */ refusal) {
    if (this.#places.remove(room) && !this.#isClosed) this.#events.onGone(room, refusal);
  }

  async #wait() {
    await this.#nap.take(this.#waitMs);
    return 'connecting';
  }

  #handOn(/** @type {import('./hold.js').Heard} */ heard) {
    const news = this.#isClosed ? null : this.#places.move(heard);
    if (news) this.#events.onNews(news);
  }

  /** Whether another way is taken: this one does not work, and the server is there. */
  async #isToBlame(/** @type {Hold} */ hold, /** @type {any} */ error) {
    if (!(error instanceof Refusal) || isMendedBySelf(error) || this.#isClosed) return false;
    try {
      await this.#session.refresh();
    } catch {
      return false;
    }
    return this.#choice.failed(hold);
  }

  /** @returns {'connecting' | 'waiting'} */
  #failed(/** @type {any} */ error, /** @type {Hold | null} */ hold = null) {
    if (!(error instanceof Refusal)) throw error;
    if (hold && hold.didWork && !hold.wasSilent && hold.heldMs >= HELD_WELL_MS) this.#trouble.over();
    // Connecting fetches a new token.
    if (error.slug === 'xsrf-mismatch' && this.#trouble.count === 0) {
      this.#trouble.count++;
      return 'connecting';
    }
    if (error.slug === 'cursor-invalid') this.#places.startAnew();
    const { waitMs, state } = this.#trouble.meet(error, isMendedBySelf(error));
    this.#waitMs = waitMs;
    this.#tell(state);
    return 'waiting';
  }

  #tell(/** @type {Omit<LineState, 'way'>} */ state) {
    if (this.#isClosed) return;
    this.state = { ...state, way: this.#hold?.way ?? this.#choice.way };
    this.#events.onState(this.state);
  }
}

/** It will be right the next time, because of what we do about it. */
function isMendedBySelf(/** @type {Refusal} */ { slug }) {
  return slug === 'xsrf-mismatch' || slug === 'session-ended' || slug === 'cursor-invalid';
}
