/* shop-server.js -- what the shop page asks the server, and what the answers mean (docs/wire.md, "The shop").
 *
 * A cart belongs to whoever knows its name. The page makes one up, and all tabs of this browser have the same. */

import { newClientId } from './client-id.js';
import { drawer } from './store.js';
import { ask, Refusal } from './wire.js';

const HOLD_TIMEOUT_MS = 75_000; // above the server's hold and nginx's patience
const TIMEOUT_MS = 15_000;

/**
 * @typedef {object} Order
 * @property {string} number
 * @property {{ sku: string, quantity: number }[]} lines
 */

export class ShopServer {
  #drawer = drawer('localStorage', 'shop.session');
  #own = newClientId();

  constructor() {
    if (this.#drawer.read() === null) this.#drawer.write(this.#own);
  }

  /**
   * All of it, as it is now.
   * @returns {Promise<import('./shop-stock.js').Shop & { cursor: string }>}
   */
  async load() {
    const answer = await ask(`/shop/products?${this.#query()}`, { timeoutMs: TIMEOUT_MS });
    return { isWhole: true, products: productsOf(answer), cursor: answer.cursor };
  }

  /**
   * Held until a count has changed; the same cursor when the hold is over.
   * @param {string} cursor
   * @param {AbortSignal} signal
   * @returns {Promise<import('./shop-stock.js').Shop & { cursor: string, retryMs: number }>}
   */
  async hold(cursor, signal) {
    const answer = await ask(`/status?${this.#query({ cursor, sku: '*' })}`, { timeoutMs: HOLD_TIMEOUT_MS, signal });
    return { isWhole: false, products: productsOf(answer), cursor: answer.cursor, retryMs: answer.retry_ms ?? 0 };
  }

  /**
   * Has the server keep so many for us, or as many as before if there are not enough.
   * @param {string} sku
   * @param {number} quantity
   * @param {number} ours how many it keeps now
   * @returns {Promise<import('./shop-stock.js').Shop>}
   */
  async keep(sku, quantity, ours) {
    const action = quantity > ours ? 'add' : 'remove';
    const form = { session: this.#session, action, sku, quantity: String(quantity) };
    const answer = await ask('/cart', { form, timeoutMs: TIMEOUT_MS }).catch((error) => {
      if (error instanceof Refusal && error.slug === 'sold-out') return error.problem;
      throw error;
    });
    return { isWhole: false, products: [productOf(answer, answer.cursor)] };
  }

  /**
   * @param {string} key of our own; the same key is the same order
   * @returns {Promise<Order>}
   */
  checkout(key) {
    return ask('/shop/checkout', { form: { session: this.#session, client_key: key }, timeoutMs: TIMEOUT_MS });
  }

  /** Read anew each time: another tab may have made one up at the same moment, and one of the two stays. */
  get #session() {
    return this.#drawer.read() ?? this.#own;
  }

  #query(more = {}) {
    return new URLSearchParams({ session: this.#session, ...more });
  }
}

function productsOf({ products = [], cursor }) {
  return products.map((product) => productOf(product, cursor));
}

/** @returns {import('./shop-stock.js').Product} names and pictures come only with all products */
function productOf({ sku, name, picture, available, yours, ends_in_ms: endsInMs }, /** @type {string} */ cursor) {
  const product = { sku, left: available, ours: yours, endsAt: yours > 0 ? Date.now() + endsInMs : 0, cursor };
  return name === undefined ? product : { ...product, name, picture };
}
