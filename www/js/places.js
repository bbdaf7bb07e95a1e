/* places.js -- where the line stands in each room.
 *
 * Always true: the cursor of a room is that of the last messages that were handed on. A reset or a gap is said before
 * the messages concerned; until these are there we stand where we stood, so that it is said again if the line is lost
 * in between. */

const BACKLOG_MS = 2_000; // what came sooner after we asked for all there is was there before
const ROOMS_MAX = 32; // of the server

/**
 * @typedef {import('./hold.js').Heard & import('./feed.js').News & { from: string, cursor: string }} RoomNews
 *
 * @typedef {object} Room
 * @property {number} askedAt
 * @property {boolean} reset with the next messages
 * @property {boolean} gap with the next messages
 */

export class Places {
  /** @type {Map<string, string>} by room */
  cursors = new Map();
  /** @type {Map<string, Room>} */
  #rooms = new Map();

  /**
   * @param {string} room
   * @param {string} cursor
   * @returns {boolean} whether it is one more
   */
  add(room, cursor) {
    if (this.cursors.has(room) || this.cursors.size === ROOMS_MAX) return false;
    this.cursors.set(room, cursor);
    this.#rooms.set(room, { askedAt: performance.now(), reset: false, gap: false });
    return true;
  }

  /** @returns {boolean} whether it was there */
  remove(/** @type {string} */ room) {
    this.#rooms.delete(room);
    return this.cursors.delete(room);
  }

  /**
   * @param {import('./hold.js').Heard} heard
   * @returns {RoomNews | null} from the last place to the next; null: we have not moved
   */
  move({ room, messages, cursor, gap = false, reset = false }) {
    const known = this.#rooms.get(room);
    const from = this.cursors.get(room);
    if (!known || from === undefined) return null;
    known.gap ||= gap;
    known.reset ||= reset;
    const to = messages.at(-1)?.id ?? (known.gap || known.reset ? from : cursor || from);
    if (to === from) return null;
    this.cursors.set(room, to);
    // In an empty room what comes first is news.
    const backlog = from === '' && performance.now() - known.askedAt < BACKLOG_MS;
    const news = { room, from, cursor: to, messages, gap: known.gap, reset: known.reset, backlog };
    known.gap = known.reset = false;
    return news;
  }

  /** What comes next is all there is. */
  startAnew() {
    for (const [room, known] of this.#rooms) {
      this.cursors.set(room, '');
      known.reset = true;
    }
  }
}
