/* tabs.js -- the tabs that this browser has open here, of which one leads: it holds the line for all.
 *
 *     waiting ---the lock is ours---> leading
 *        ^                              |
 *        +------- it was taken ---------+
 *
 * The browser gives the lock to one tab, and to the next when that one is closed or dies. One that lives but has
 * stopped, as phones stop what is not seen, keeps it; then another may take it (takeOver).
 *
 * Words told are heard by all tabs, the one that told them too. Where a browser has no locks (they need HTTPS or
 * localhost) or no channel, each tab is alone, leads, and hears only itself. */

export class Tabs {
  /** This tab's, for words that are meant for one. */
  id = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;
  isLeading = false;
  #name;
  #on;
  /** @type {BroadcastChannel | null} */
  #channel = null;
  #claim = new AbortController();
  #release = () => {};

  /**
   * @param {string} name tabs of the same name belong together
   * @param {object} on
   * @param {() => void} on.lead from now on the line is ours to hold
   * @param {() => void} on.step it is no longer
   * @param {(word: any) => void} on.word
   */
  constructor(name, on) {
    this.#name = `holdline.${name}`;
    this.#on = on;
  }

  /** Comes among the others. Our first word may be told after it. */
  start() {
    try {
      this.#channel = navigator.locks ? new BroadcastChannel(this.#name) : null;
    } catch {
      this.#channel = null; // forbidden here
    }
    if (!this.#channel) return this.#lead();
    this.#channel.onmessage = ({ data }) => this.#on.word(data);
    this.#ask();
  }

  /** Leads even so, because who leads does not answer. */
  takeOver() {
    if (!this.isLeading && this.#channel) this.#ask(true);
  }

  /** Goes away; the next one leads. */
  leave() {
    const channel = this.#channel;
    this.#channel = null;
    this.#claim.abort();
    this.#step();
    channel?.close();
  }

  /** Leads for itself alone. */
  standAlone() {
    this.leave();
    this.#lead();
  }

  /** @param {any} word */
  tell(word) {
    this.#channel?.postMessage(word);
    this.#on.word(word);
  }

  async #ask(steal = false) {
    this.#claim.abort();
    const claim = (this.#claim = new AbortController());
    const isOurs = () => claim === this.#claim && !claim.signal.aborted;
    try {
      await navigator.locks.request(this.#name, steal ? { steal } : { signal: claim.signal }, () => {
        if (!isOurs()) return undefined;
        const released = new Promise((resolve) => {
          this.#release = () => resolve(undefined);
        });
        this.#lead();
        return released;
      });
    } catch (error) {
      if (!isOurs()) return;
      // Taken from us, or not to be had at all.
      if (!this.isLeading) return this.standAlone();
      this.#step();
      this.#ask();
    }
  }

  #lead() {
    this.isLeading = true;
    this.#on.lead();
  }

  #step() {
    if (!this.isLeading) return;
    this.isLeading = false;
    this.#on.step();
    this.#release();
  }
}
