/* shop-cart-link.js -- where the cart is out of sight, how much is in it and for how long, and the way there. */

import { required } from './required.js';
import { clockOf } from './shop-clock.js';
import { say } from './strings.js';

export class CartLink {
  #link = required('#to-cart');
  #count = 0;
  #isInSight = false;

  constructor() {
    // In sight, it would only stand before what it leads to.
    new IntersectionObserver(([{ isIntersecting }]) => {
      this.#isInSight = isIntersecting;
      this.#show();
    }).observe(required('#checkout'));
  }

  /** @param {number} count of the things in the cart */
  tell(count) {
    this.#count = count;
    say(required('[data-sum]', this.#link), 'cart.to', { count });
    this.#show();
  }

  /** @param {number} ms until the first of them goes back to the shelf */
  tick(ms) {
    required('[data-clock]', this.#link).textContent = Number.isFinite(ms) ? clockOf(ms) : '';
  }

  #show() {
    this.#link.hidden = this.#count === 0 || this.#isInSight;
  }
}
