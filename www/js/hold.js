/* hold.js -- the line held once, in one way, until it ends.
 *
 *     opening ---first bytes---> working ---news, or quiet---> live ---> over
 *        |                                                                ^
 *        +--- nothing comes ----------------------------------------------+
 *
 * A transport is one way of holding the line: opened at the cursors, closed by the signal. */

import { Gather } from './gather.js';
import { PollTransport, QUIET_MS } from './transport-poll.js';
import { SocketTransport } from './transport-socket.js';
import { StreamTransport } from './transport-stream.js';
import { Refusal } from './wire.js';

const PROOF_MS = 4_000; // a way that has brought nothing by then brings nothing
const TRANSPORTS = { ws: SocketTransport, stream: StreamTransport, poll: PollTransport };

/**
 * @typedef {object} Transport
 * @property {(held: Held) => Promise<number>} hold until it has ended well: how long to wait before the next, in
 *   milliseconds. A failure is a Refusal, thrown.
 * @property {() => void} [roomsChanged] there are others; without it the transport is closed and opened again
 *
 * @typedef {object} Held
 * @property {ReadonlyMap<string, string>} cursors of the rooms, where we stand now
 * @property {import('./session.js').Session} session
 * @property {AbortSignal} signal closes it
 * @property {() => void} onBytes something has come, so what is said will
 * @property {() => void} onLive and what was said before is here
 * @property {(heard: Heard) => void} onNews
 * @property {(presence: Presence) => void} onPresence
 * @property {(room: string, refusal: Refusal) => void} onRefused this room, while the others go on
 * @property {() => void} onSilence it should have brought something by now
 *
 * @typedef {object} Heard
 * @property {string} room
 * @property {import('./feed.js').Message[]} messages
 * @property {string} [cursor] without it: the id of the last message
 * @property {boolean} [gap]
 * @property {boolean} [reset]
 *
 * @typedef {{ room: string, event: string, person?: string, name?: string, count?: number }} Presence who comes and goes,
 *   or writes (docs/wire.md, "Who is here")
 */

export class Hold {
  way;
  didWork = false;
  /** It stood open and brought nothing. */
  wasSilent = false;
  heldMs = 0;
  /** @type {Transport} */
  #transport;
  #events;
  #gather = new Gather((heard) => this.#handOn(heard));
  /** @type {ReadonlyMap<string, string>} */
  #cursors = new Map();
  #abort = new AbortController();
  #isForOthers = false; // ended because there are other rooms
  #isLive = false;
  #proof = 0;
  #quiet = 0;

  /**
   * @param {import('./choice.js').Way} way
   * @param {object} to
   * @param {() => void} to.onWorks
   * @param {() => void} to.onLive
   * @param {(heard: Heard) => void} to.onNews
   * @param {(presence: Presence) => void} to.onPresence
   * @param {(room: string, refusal: Refusal) => void} to.onRefused
   */
  constructor(way, to) {
    this.way = way;
    this.#transport = new TRANSPORTS[way]();
    this.#events = to;
  }

  /**
   * @param {ReadonlyMap<string, string>} cursors
   * @param {import('./session.js').Session} session
   * @returns {Promise<{ retryMs: number, error?: any }>}
   */
  async run(cursors, session) {
    const began = performance.now();
    this.#cursors = cursors;
    this.#proof = setTimeout(() => this.end(), PROOF_MS);
    try {
      const retryMs = await this.#transport.hold({
        cursors,
        session,
        signal: this.#abort.signal,
        onBytes: () => this.#works(),
        onLive: () => this.#live(),
        onNews: (heard) => this.#hear(heard),
        onPresence: this.#events.onPresence,
        onRefused: this.#events.onRefused,
        onSilence: () => this.suspect(),
      });
      return { retryMs };
    } catch (error) {
      return { retryMs: 0, error: this.#isForOthers ? undefined : asRefusal(error) };
    } finally {
      clearTimeout(this.#proof);
      clearTimeout(this.#quiet);
      this.#gather.forget();
      this.heldMs = performance.now() - began;
    }
  }

  end() {
    this.#abort.abort();
  }

  /** It should have brought something by now. */
  suspect() {
    this.wasSilent = true;
    this.end();
  }

  /** The cursors are of other rooms than before. */
  roomsChanged() {
    if (this.#transport.roomsChanged) return this.#transport.roomsChanged();
    this.#isForOthers = true;
    this.end();
  }

  #works() {
    if (this.didWork) return;
    this.didWork = true;
    clearTimeout(this.#proof);
    this.#quiet = setTimeout(() => this.#live(), QUIET_MS);
    this.#events.onWorks();
  }

  #live() {
    this.#works();
    clearTimeout(this.#quiet);
    if (this.#isLive) return;
    this.#isLive = true;
    this.#events.onLive();
  }

  #hear(/** @type {Heard} */ heard) {
    const isBacklog = this.way !== 'poll' && this.#cursors.get(heard.room) === '';
    // Timers of a page that nobody sees are slow, and another tab may be seen.
    if (isBacklog && (!document.hidden || this.#gather.has(heard.room))) this.#gather.add(heard);
    else this.#handOn(heard);
  }

  #handOn(/** @type {Heard} */ heard) {
    this.#events.onNews(heard);
    this.#live();
  }
}

/** What is no JSON did not come from our server; and a browser may forbid a socket, by its policy or its user's. */
function asRefusal(/** @type {any} */ error) {
  const isForeign = error instanceof SyntaxError || error instanceof DOMException;
  return isForeign ? new Refusal(0, 'unreachable', String(error)) : error;
}
