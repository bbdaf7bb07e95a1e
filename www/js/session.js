/* session.js -- who we are to the server: a display name, whether it is an account's, and the token that each post
 * must carry.
 *
 * The cookie `_xsrf` is read anew for every request: another tab, or the server itself, may have changed the session
 * since the last one.
 *
 * A tab that learns that we are somebody else tells the others, and these ask the server themselves. Requests whose
 * answers set cookies are made by one tab at a time: of two tabs whose session has ended, the second one gets the
 * session that the first has got, and none overwrites the cookie of a tab that is just signing in. */

import { oneAtATime } from './one-at-a-time.js';
import { ask } from './wire.js';

const SESSION_TIMEOUT_MS = 10_000;
const CHANGE_TIMEOUT_MS = 35_000; // above nginx's patience with those who hash passwords (nginx/account.conf)
const CHECK_MS = 300_000;
const LOCK = 'session';

/**
 * @typedef {object} Who
 * @property {string} name '' until it is known, and of those who may not come in without an account
 * @property {boolean} isAccount else a guest
 */

export class Session {
  /** @type {Who} */
  who = { name: '', isAccount: false };
  #token = '';
  #asking = null;
  #onChange;
  /** @type {BroadcastChannel | null} to the other tabs */
  #channel = null;
  #checking = 0;

  /** @param {(who: Who, before: Who) => void} onChange called whenever we are somebody else */
  constructor(onChange) {
    this.#onChange = onChange;
  }

  get name() {
    return this.who.name;
  }

  /** Listens to the other tabs; and asks now and then, for the case that nobody told us. */
  start() {
    this.#checking = setInterval(() => document.hidden || this.refresh().catch(() => {}), CHECK_MS);
    try {
      this.#channel = new BroadcastChannel('holdline.session');
    } catch {
      return; // forbidden here; who we are shows with the next request
    }
    this.#channel.onmessage = ({ data }) => this.#hear(data);
  }

  /** A page that was left listens to nobody. */
  rest() {
    clearInterval(this.#checking);
    this.#channel?.close();
    this.#channel = null;
  }

  /**
   * Asks the server who we are. Those who ask at the same time share one request.
   * @returns {Promise<void>}
   */
  refresh() {
    return this.#refresh(true);
  }

  /**
   * The token for the request that is about to be made.
   * @returns {Promise<string>}
   */
  async token() {
    if (!this.name) await this.refresh();
    return this.#knownToken();
  }

  /**
   * Makes a request after which we may be somebody else.
   * @param {string} path
   * @param {Record<string, string>} form without the token, which need not be there yet
   * @returns {Promise<any>}
   */
  change(path, form) {
    return oneAtATime(LOCK, () =>
      ask(path, { form: { ...form, _xsrf: this.#knownToken() }, timeoutMs: CHANGE_TIMEOUT_MS }));
  }

  /** The server has said who we are now. */
  become(/** @type {{ name: string, account: boolean, _xsrf: string }} */ { name, account, _xsrf }) {
    this.#token = _xsrf;
    if (this.#be({ name, isAccount: account })) this.#channel?.postMessage(this.who);
  }

  #refresh(/** @type {boolean} */ tells) {
    this.#asking ??= this.#ask(tells).finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  async #ask(/** @type {boolean} */ tells) {
    try {
      const answer = await oneAtATime(LOCK, () => ask('/a/session', { timeoutMs: SESSION_TIMEOUT_MS }));
      if (tells) return this.become(answer);
      this.#token = answer._xsrf;
      this.#be({ name: answer.name, isAccount: answer.account });
    } catch (error) {
      if (error.slug === 'sign-in-required') this.#be({ name: '', isAccount: false });
      throw error;
    }
  }

  #hear(/** @type {Who} */ word) {
    // What is being asked just now may be answered as it was before. Where cookies are forbidden each answer has another
    // name: told again, it would go round for ever.
    const look = () => (isSame(word, this.who) ? undefined : this.#refresh(false));
    Promise.resolve(this.#asking).then(look, look).catch(() => {});
  }

  /** @returns {boolean} whether we were somebody else before */
  #be(/** @type {Who} */ who) {
    const before = this.who;
    if (isSame(who, before)) return false;
    this.who = who;
    this.#onChange(who, before);
    return true;
  }

  #knownToken() {
    return tokenOfCookie() ?? this.#token;
  }
}

function isSame(/** @type {Who} */ a, /** @type {Who} */ b) {
  return a.name === b.name && a.isAccount === b.isAccount;
}

function tokenOfCookie() {
  return document.cookie.match(/(?:^|;\s*)_xsrf=([^;]*)/)?.[1];
}
