/* shop-wishes.js -- how many of each product one would like to have, until the server has answered.
 *
 * One request for a product is under way at a time. Whoever presses a button five times meanwhile has one wish, the
 * last one. */

import { Refusal } from './wire.js';

const MAX = 99; // of one product in a cart

export class Wishes {
  #server;
  #events;
  /** @type {Map<string, number>} the newest wish for each product that is asked for */
  #wished = new Map();

  /**
   * @param {import('./shop-server.js').ShopServer} server
   * @param {object} to
   * @param {(sku: string) => import('./shop-stock.js').Product | undefined} to.productOf
   * @param {(shop: import('./shop-stock.js').Shop) => void} to.onShop
   * @param {(sku: string, wished: number) => void} to.onDone no wish for it is left
   * @param {(refusal: Refusal) => void} to.onRefusal
   */
  constructor(server, to) {
    this.#server = server;
    this.#events = to;
  }

  /** One more, or by = -1: one less, than was wished last. */
  more(/** @type {string} */ sku, by = 1) {
    this.#set(sku, (this.#wished.get(sku) ?? this.#ours(sku)) + by);
  }

  none(/** @type {string} */ sku) {
    this.#set(sku, 0);
  }

  #set(/** @type {string} */ sku, /** @type {number} */ quantity) {
    const product = this.#events.productOf(sku);
    if (!product) return;
    const isUnderWay = this.#wished.has(sku);
    this.#wished.set(sku, Math.min(Math.max(quantity, 0), product.ours + product.left, MAX));
    if (!isUnderWay) this.#ask(sku);
  }

  async #ask(/** @type {string} */ sku) {
    let asked = this.#ours(sku);
    try {
      while (this.#wished.get(sku) !== asked) {
        const wished = /** @type {number} */ (this.#wished.get(sku));
        this.#events.onShop(await this.#server.keep(sku, wished, this.#ours(sku)));
        asked = wished;
      }
      this.#wished.delete(sku);
      this.#events.onDone(sku, asked);
    } catch (error) {
      this.#wished.delete(sku);
      if (!(error instanceof Refusal)) throw error;
      this.#events.onRefusal(error);
    }
  }

  #ours(/** @type {string} */ sku) {
    return this.#events.productOf(sku)?.ours ?? 0;
  }
}
