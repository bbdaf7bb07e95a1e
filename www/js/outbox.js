/* outbox.js -- what was said here and is not yet known to be stored.
 *
 *     add ---> sending ---stored---> gone
 *                 |  ^
 *                 |  +--- time, wake --- waiting   (the server is away, or knows us no more: we try again by ourselves)
 *                 +--- refused, too late ---> failed ---resend---> sending
 *
 * One at a time and in order, so that two thoughts of one person never change places. Sending again is harmless: the
 * server knows the client_id for 5 minutes. The outbox outlives a reload of the page. */

import { Backoff } from './backoff.js';
import { newClientId } from './client-id.js';
import { Nap } from './nap.js';
import { ask, Refusal } from './wire.js';

const POST_TIMEOUT_MS = 15_000;
const TRY_FOR_MS = 240_000; // below the 5 minutes for which the server knows a client_id

/**
 * @typedef {object} Entry
 * @property {string} client_id
 * @property {string} body
 * @property {number} since when it was first sent
 * @property {'sending' | 'waiting' | 'failed'} state
 * @property {{ status: number, slug: string, detail: string } | null} refusal why it waits or has failed
 */

export class Outbox {
  /** @type {Entry[]} */
  #entries;
  #room;
  #session;
  #drawer;
  #events;
  #nap = new Nap();
  #backoff = new Backoff();
  #running = false;

  /**
   * @param {object} to
   * @param {string} to.room
   * @param {import('./session.js').Session} to.session
   * @param {import('./store.js').Drawer} to.drawer
   * @param {(entry: Entry) => void} to.onChange also for each new entry
   * @param {(entry: Entry, message: import('./feed.js').Message) => void} to.onStored
   */
  constructor({ room, session, drawer, onChange, onStored }) {
    this.#room = room;
    this.#session = session;
    this.#drawer = drawer;
    this.#events = { onChange, onStored };
    this.#entries = drawer.read() ?? [];
  }

  /** Shows what a reload interrupted. It is sent with the first wake(), when the feed has had its chance to bring it. */
  start() {
    for (const entry of this.#entries) this.#events.onChange(entry);
  }

  /** @param {string} body */
  add(body) {
    // Who stands behind one that waits, waits.
    const state = this.#entries.some((e) => e.state === 'waiting') ? 'waiting' : 'sending';
    /** @type {Entry} */
    const entry = { client_id: newClientId(), body, since: Date.now(), state, refusal: null };
    this.#entries.push(entry);
    this.#change(entry, state);
    this.#run();
  }

  /** @param {string} clientId */
  resend(clientId) {
    const entry = this.#entries.find((e) => e.client_id === clientId);
    if (!entry) return;
    entry.since = Date.now();
    this.#change(entry, 'sending');
    this.#run();
  }

  /** It has arrived, or nobody wants it any more. */
  forget(/** @type {string} */ clientId) {
    this.#entries = this.#entries.filter((e) => e.client_id !== clientId);
    this.#keep();
  }

  /** The server is there: do not wait any longer. */
  wake() {
    this.#nap.wake();
    this.#run();
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    for (let entry; (entry = this.#entries.find((e) => e.state !== 'failed')); ) await this.#send(entry);
    this.#running = false;
  }

  async #send(/** @type {Entry} */ entry) {
    if (Date.now() - entry.since > TRY_FOR_MS) return this.#change(entry, 'failed');
    try {
      const message = await this.#post(entry);
      this.#backoff.reset();
      this.forget(entry.client_id);
      this.#events.onStored(entry, message);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (!this.#entries.includes(entry)) return; // the feed brought it while the answer was lost
      entry.refusal = error;
      if (!error.isPassing && !isForTheSignedIn(error)) return this.#change(entry, 'failed');
      for (const e of this.#entries) if (e.state === 'sending' || e === entry) this.#change(e, 'waiting');
      await this.#nap.take(this.#backoff.next(error.retryAfterMs));
    }
  }

  async #post(/** @type {Entry} */ { body, client_id }, /** @type {boolean} */ again = false) {
    try {
      const form = { room: this.#room, body, client_id, _xsrf: await this.#session.token() };
      return await ask('/a/message/new', { form, timeoutMs: POST_TIMEOUT_MS, keepalive: true });
    } catch (error) {
      if (again || error.slug !== 'xsrf-mismatch') throw error;
      await this.#session.refresh();
      return this.#post(/** @type {Entry} */ ({ body, client_id }), true);
    }
  }

  #change(/** @type {Entry} */ entry, /** @type {Entry['state']} */ state) {
    entry.state = state;
    this.#keep();
    this.#events.onChange(entry);
  }

  #keep() {
    this.#drawer.write(this.#entries.length ? this.#entries : null);
  }
}

/** The writer will be asked to sign in, and it waits for that. */
function isForTheSignedIn(/** @type {Refusal} */ { status }) {
  return status === 401;
}
