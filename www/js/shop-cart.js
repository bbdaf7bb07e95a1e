/* shop-cart.js -- what is kept for us, and for how long.
 *
 * The time that is left is seen to run. It is read aloud only when it is asked for (until when), and once when the
 * last minute begins (onLastMinute). */

import { required } from './required.js';
import { CartLink } from './shop-cart-link.js';
import { clockOf } from './shop-clock.js';
import { showName, showPicture } from './shop-names.js';
import { countOf, inCart } from './shop-stock.js';
import { locale, say, translate } from './strings.js';

const TICK_MS = 1_000;
const LAST_MS = 60_000;

/** @typedef {import('./shop-stock.js').Product} Product */

export class Cart {
  #list = required('#items');
  #template = /** @type {HTMLTemplateElement} */ (required('#item'));
  #link = new CartLink();
  /** @type {Map<string, HTMLElement>} by sku */
  #lines = new Map();
  /** @type {ReadonlyMap<string, Product>} */
  #products = new Map();
  /** @type {Set<string>} those whose last minute has begun */
  #ending = new Set();
  #events;

  /**
   * @param {object} to
   * @param {(sku: string, by: 1 | -1) => void} to.onMore
   * @param {(sku: string) => void} to.onNone
   * @param {(products: Product[]) => void} to.onLastMinute
   */
  constructor(to) {
    this.#events = to;
    setInterval(() => this.#tick(), TICK_MS);
  }

  /** @param {ReadonlyMap<string, Product>} products */
  show(products) {
    this.#products = products;
    const items = inCart(products);
    for (const [sku, line] of this.#lines) if (!products.get(sku)?.ours) this.#drop(sku, line);
    for (const item of items) showItem(this.#lines.get(item.sku) ?? this.#addLine(item), item);
    const count = countOf(items);
    required('#cart-empty').hidden = count > 0;
    if (count === 0 && required('#checkout').contains(document.activeElement)) required('#cart-title').focus();
    required('#checkout').hidden = count === 0;
    say(required('#sum'), 'cart.sum', { count });
    this.#link.tell(count);
    this.#tick();
  }

  #addLine(/** @type {Product} */ item) {
    const { sku } = item;
    const line = /** @type {HTMLElement} */ (this.#template.content.cloneNode(true)).querySelector('li');
    const name = required('[data-name]', line);
    const remove = required('[data-do=remove]', line);
    line.dataset.sku = sku;
    name.id = `item-${sku}`;
    remove.id = `remove-${sku}`;
    remove.setAttribute('aria-labelledby', `${remove.id} ${name.id}`);
    required('[data-stepper]', line).setAttribute('aria-labelledby', name.id);
    translate(line);
    showPicture(required('[data-picture]', line), item);
    showName(name, item);
    required('[data-do=less]', line).addEventListener('click', () => this.#events.onMore(sku, -1));
    const more = required('[data-do=more]', line);
    more.addEventListener('click', () => more.ariaDisabled === 'true' || this.#events.onMore(sku, 1));
    remove.addEventListener('click', () => this.#events.onNone(sku));
    this.#list.append(line);
    this.#lines.set(sku, line);
    return line;
  }

  /** The focus does not fall out of the page with the line that had it. */
  #drop(/** @type {string} */ sku, /** @type {HTMLElement} */ line) {
    const hadFocus = line.contains(document.activeElement);
    const next = /** @type {HTMLElement | null} */ (line.nextElementSibling ?? line.previousElementSibling);
    line.remove();
    this.#lines.delete(sku);
    if (hadFocus) (next?.querySelector('button') ?? required('#cart-title')).focus();
  }

  #tick() {
    const items = inCart(this.#products).map((item) => ({ item, leftMs: item.endsAt - Date.now() }));
    for (const { item, leftMs } of items) {
      const kept = required('[data-kept]', this.#lines.get(item.sku));
      kept.dataset.ends = leftMs <= LAST_MS ? 'soon' : 'later';
      say(required('[data-clock]', kept), 'item.kept', { clock: clockOf(leftMs) });
    }
    this.#link.tick(Math.min(...items.map(({ leftMs }) => leftMs)));
    const last = items.filter(({ leftMs }) => leftMs <= LAST_MS).map(({ item }) => item);
    const begun = last.filter(({ sku }) => !this.#ending.has(sku));
    this.#ending = new Set(last.map(({ sku }) => sku));
    if (begun.length > 0) this.#events.onLastMinute(begun);
  }
}

function showItem(/** @type {HTMLElement} */ line, /** @type {Product} */ { left, ours, endsAt }) {
  const until = () => new Date(endsAt).toLocaleTimeString(locale(), { hour: '2-digit', minute: '2-digit' });
  required('[data-quantity]', line).textContent = String(ours);
  required('[data-do=more]', line).setAttribute('aria-disabled', String(left === 0));
  say(required('[data-until]', line), 'item.until', { time: until });
}
