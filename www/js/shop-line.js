/* shop-line.js -- the question "has a count changed?", held again and again.
 *
 *     connecting ---the shop is here---> holding ---a change, or the hold is over---> holding
 *       ^                                   |
 *       |          +------ a failure -------+
 *       |          v
 *       +--- time, wake --- waiting
 *
 * Connecting asks for everything, so whatever was missed while the line was away is there again.
 *
 * What the reader is told: 'connecting', 'live', and of failures what trouble.js makes of them. */

import { Nap } from './nap.js';
import { QUIET_MS } from './transport-poll.js';
import { Trouble } from './trouble.js';
import { Refusal } from './wire.js';

const SPIN_MS = 1_000; // "nothing new" may not come faster than this
const HELD_WELL_MS = 5_000; // a question held for so long proves a healthy server, even if it failed in the end

export class ShopLine {
  #server;
  #events;
  #cursor = '';
  #trouble = new Trouble();
  #nap = new Nap();
  #waitMs = 0;
  #isClosed = false;
  #abort = new AbortController();
  /** @type {import('./line.js').LineState} */
  state = { name: 'connecting', way: 'poll' };

  /**
   * @param {import('./shop-server.js').ShopServer} server
   * @param {object} to
   * @param {(shop: import('./shop-stock.js').Shop) => void} to.onShop all of it, or what changed
   * @param {(state: import('./line.js').LineState) => void} to.onState
   */
  constructor(server, to) {
    this.#server = server;
    this.#events = to;
  }

  /** Until it is closed. */
  async run() {
    const steps = { connecting: () => this.#connect(), holding: () => this.#listen(), waiting: () => this.#wait() };
    for (let step = 'connecting'; !this.#isClosed; ) step = await this.#try(steps[step]);
  }

  /** For good. */
  close() {
    this.#isClosed = true;
    this.#abort.abort();
    this.#nap.wake();
  }

  /** Try again now, if we are waiting. */
  wake() {
    this.#nap.wake();
  }

  /** The network may be gone: find out now instead of at the end of the hold. */
  doubt() {
    this.#abort.abort();
  }

  async #connect() {
    this.#tell({ name: this.#trouble.count ? 'reconnecting' : 'connecting' });
    this.#take(await this.#server.load());
    return 'holding';
  }

  async #listen() {
    const began = performance.now();
    this.#abort = new AbortController();
    // Unanswered for so long after the shop was told, it is being held.
    const held = setTimeout(() => this.#tell({ name: 'live' }), QUIET_MS);
    const news = await this.#server.hold(this.#cursor, this.#abort.signal).finally(() => {
      clearTimeout(held);
      if (performance.now() - began >= HELD_WELL_MS) this.#trouble.over();
    });
    this.#tell({ name: 'live' });
    this.#trouble.over();
    if (news.cursor !== this.#cursor) this.#take(news);
    else if (news.retryMs || performance.now() - began < SPIN_MS) await this.#nap.take(news.retryMs || SPIN_MS);
    return 'holding';
  }

  async #wait() {
    await this.#nap.take(this.#waitMs);
    return 'connecting';
  }

  async #try(/** @type {() => Promise<string>} */ step) {
    try {
      return await step();
    } catch (error) {
      return this.#failed(error);
    }
  }

  #take(/** @type {import('./shop-stock.js').Shop & { cursor: string }} */ shop) {
    if (this.#isClosed) return;
    this.#cursor = shop.cursor;
    this.#events.onShop(shop);
  }

  #failed(/** @type {any} */ error) {
    if (!(error instanceof Refusal)) throw error;
    // Connecting asks for a new cursor.
    const { waitMs, state } = this.#trouble.meet(error, error.slug === 'cursor-invalid');
    this.#waitMs = waitMs;
    this.#tell(state);
    return 'waiting';
  }

  #tell(/** @type {Omit<import('./line.js').LineState, 'way'>} */ state) {
    if (this.#isClosed) return;
    this.state = { ...state, way: 'poll' };
    this.#events.onState(this.state);
  }
}
