/* choice.js -- which way the line is held: by WebSocket, else event stream, else long poll.
 *
 * A way has failed when it brings nothing although the server answers other requests: a proxy refuses the upgrade, or
 * keeps the stream to itself. One that never worked is left at once, one that did is given a second chance, for the
 * gateway may just have been restarted. The long poll is never left: what stops that one stops everything. */

export const WAYS = /** @type {const} */ (['ws', 'stream', 'poll']);

const HELD_WELL_MS = 5_000; // who held for so long may lose the line without blame
const HELD_LONG_MS = 120_000; // and after so long, fall silent once: perhaps the machine slept
const CHANCES = 2; // for a way that has worked

/** @typedef {typeof WAYS[number]} Way */

export class Choice {
  /** @type {Way} */
  way;
  #isForced;
  #memory;
  #worked = false;
  #strikes = 0;

  /**
   * @param {Way | null} forced
   * @param {import('./store.js').Drawer} memory of this visit
   */
  constructor(forced, memory) {
    const known = memory.read();
    this.#isForced = forced !== null;
    this.#memory = memory;
    this.way = forced ?? (WAYS.includes(known) ? known : WAYS[0]);
  }

  /** It brings something. */
  works(/** @type {Way} */ way) {
    if (way === this.way) this.#worked = true;
    this.note(way);
  }

  /** This way works, perhaps for another tab. */
  note(/** @type {Way} */ way) {
    if (!this.#isForced) this.#memory.write(way);
  }

  /**
   * The line was lost.
   * @param {object} how
   * @param {Way} how.way
   * @param {boolean} how.didWork
   * @param {boolean} how.wasSilent it stood open and brought nothing
   * @param {number} how.heldMs
   * @returns {boolean} whether there is another way now
   */
  failed({ way, didWork, wasSilent, heldMs }) {
    if (way !== this.way) return true;
    if (didWork && heldMs >= (wasSilent ? HELD_LONG_MS : HELD_WELL_MS)) this.#strikes = 0;
    if (didWork && heldMs >= HELD_WELL_MS && !wasSilent) return false;
    this.#strikes++;
    if (this.#isForced || this.way === 'poll' || this.#strikes < (this.#worked ? CHANCES : 1)) return false;
    this.#take(WAYS[WAYS.indexOf(this.way) + 1]);
    return true;
  }

  /** Another network: what the last one let through says nothing about it. */
  startAnew() {
    if (this.#isForced) return;
    this.#memory.write(null);
    this.#take(WAYS[0]);
  }

  #take(/** @type {Way} */ way) {
    this.way = way;
    this.#worked = false;
    this.#strikes = 0;
  }
}

/**
 * The way that the page's address asks for with ?via=, or null.
 * @param {string} search
 * @returns {Way | null}
 */
export function wayFrom(search) {
  const via = new URLSearchParams(search).get('via');
  return WAYS.find((way) => way === via) ?? null;
}
