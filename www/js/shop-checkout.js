/* shop-checkout.js -- from the cart to an order with a number.
 *
 *     ready ---submit---> asking ---answered---> ordered
 *       ^                   |  ^
 *       |                   |  +--- a while later, when no answer came
 *       +----- refused -----+
 *
 * Each order is asked for under a key of our own, which is kept until the answer is here, also if the page is left:
 * asking again with the same key gives the order that there is, and never a second one. */

import { Backoff } from './backoff.js';
import { newClientId } from './client-id.js';
import { Nap } from './nap.js';
import { required } from './required.js';
import { nameOf } from './shop-names.js';
import { say } from './strings.js';
import { Refusal } from './wire.js';

export class Checkout {
  #server;
  #drawer;
  #events;
  /** @type {HTMLButtonElement} */
  #button = required('#checkout [type=submit]');
  #panel = required('#order');
  #nap = new Nap();
  isAsking = false;

  /**
   * @param {import('./shop-server.js').ShopServer} server
   * @param {import('./store.js').Drawer} drawer for the key and the number of the order
   * @param {object} to
   * @param {(sku: string) => import('./shop-stock.js').Product | undefined} to.productOf
   * @param {() => void} to.onOrder
   * @param {(refusal: Refusal) => void} to.onRefusal for good, or it is tried again
   */
  constructor(server, drawer, to) {
    this.#server = server;
    this.#drawer = drawer;
    this.#events = to;
    required('#checkout').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    required('button', this.#panel).addEventListener('click', () => this.#close());
  }

  /** What was asked for before the page was left, and what was answered. */
  start() {
    if (this.isAsking) return;
    const { key, order } = this.#drawer.read() ?? {};
    if (order) this.#show(order);
    else if (key) this.#ask(key);
  }

  /** The server is there: if we wait for it, ask now. */
  wake() {
    this.#nap.wake();
  }

  #submit() {
    if (this.isAsking) return;
    const key = newClientId();
    this.#drawer.write({ key });
    this.#ask(key);
  }

  async #ask(/** @type {string} */ key) {
    this.#setAsking(true);
    const backoff = new Backoff();
    let answer = await this.#try(key);
    while (answer instanceof Refusal && answer.isPassing) {
      await this.#nap.take(backoff.next(answer.retryAfterMs));
      answer = await this.#try(key);
    }
    this.#setAsking(false);
    if (answer instanceof Refusal) return this.#drawer.write(null);
    this.#drawer.write({ order: answer });
    this.#events.onOrder();
    this.#show(answer);
    required('#order-title').focus();
  }

  /** @returns {Promise<import('./shop-server.js').Order | Refusal>} */
  async #try(/** @type {string} */ key) {
    try {
      return await this.#server.checkout(key);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#events.onRefusal(error);
      return error;
    }
  }

  #show(/** @type {import('./shop-server.js').Order} */ { number, lines }) {
    required('[data-order-number]', this.#panel).textContent = number;
    required('[data-order-lines]', this.#panel).replaceChildren(...lines.map(({ sku, quantity }) => {
      const line = document.createElement('li');
      const product = this.#events.productOf(sku);
      say(line, 'order.line', { count: quantity, name: () => (product ? nameOf(product) : sku) });
      return line;
    }));
    this.#panel.hidden = false;
  }

  #close() {
    this.#drawer.write(null);
    this.#panel.hidden = true;
    required('#cart-title').focus();
  }

  #setAsking(/** @type {boolean} */ isAsking) {
    this.isAsking = isAsking;
    // Not `disabled`, which would take the focus away from it.
    this.#button.setAttribute('aria-disabled', String(isAsking));
    say(this.#button, isAsking ? 'checkout.busy' : 'checkout.do');
  }
}
