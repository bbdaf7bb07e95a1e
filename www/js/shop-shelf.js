/* shop-shelf.js -- the products, each with what is left of it.
 *
 * A count that changes is marked for a moment. That somebody else took the last one stays written at the product
 * until one comes back. */

import { required } from './required.js';
import { showAbout, showName, showPicture } from './shop-names.js';
import { say, translate } from './strings.js';

const MARK_MS = 1_500;
const BACK_MS = 12_000; // so long is it news that one came back
const FEW = 3;

export class Shelf {
  #list = required('#products');
  #template = /** @type {HTMLTemplateElement} */ (required('#product'));
  /** @type {Map<string, HTMLElement>} by sku */
  #cards = new Map();
  /** @type {Map<HTMLElement, number>} timers */
  #marks = new Map();
  /** @type {ReadonlyMap<string, import('./shop-stock.js').Product>} */
  #products = new Map();
  #onAdd;

  /** @param {(sku: string) => void} onAdd */
  constructor(onAdd) {
    this.#onAdd = onAdd;
  }

  /**
   * @param {ReadonlyMap<string, import('./shop-stock.js').Product>} products
   * @param {import('./shop-stock.js').Happening[]} happenings
   */
  show(products, happenings) {
    this.#products = products;
    required('#shelf-empty').hidden = products.size > 0;
    for (const product of products.values()) {
      const card = this.#cards.get(product.sku) ?? this.#addCard(product);
      const kinds = happenings.filter((each) => each.product.sku === product.sku).map(({ kind }) => kind);
      showLeft(required('[data-left]', card), product);
      if (kinds.includes('left')) this.#mark(required('[data-left]', card));
      this.#remark(card, product, kinds);
      required('[data-do=add]', card).setAttribute('aria-disabled', String(product.left === 0));
    }
    for (const [sku, card] of this.#cards) {
      if (products.has(sku)) continue;
      card.remove();
      this.#cards.delete(sku);
    }
  }

  #addCard(/** @type {import('./shop-stock.js').Product} */ product) {
    const { sku } = product;
    const card = /** @type {HTMLElement} */ (this.#template.content.cloneNode(true)).querySelector('li');
    const name = required('[data-name]', card);
    const button = required('[data-do=add]', card);
    card.dataset.sku = sku;
    name.id = `name-${sku}`;
    button.id = `add-${sku}`;
    button.setAttribute('aria-labelledby', `${button.id} ${name.id}`);
    translate(card);
    showPicture(required('[data-picture]', card), product);
    showName(name, product);
    showAbout(required('[data-about]', card), product);
    button.addEventListener('click', () => button.ariaDisabled === 'true' || this.#onAdd(sku));
    this.#list.append(card);
    this.#cards.set(sku, card);
    return card;
  }

  #mark(/** @type {HTMLElement} */ element) {
    clearTimeout(this.#marks.get(element));
    element.dataset.changed = '';
    this.#marks.set(element, setTimeout(() => delete element.dataset.changed, MARK_MS));
  }

  #remark(/** @type {HTMLElement} */ card, { sku, left, ours }, /** @type {string[]} */ kinds) {
    if (kinds.includes('taken') && ours === 0) card.dataset.news = 'taken';
    if (left > 0 && card.dataset.news === 'taken') delete card.dataset.news;
    if (kinds.includes('back')) {
      card.dataset.news = 'back';
      setTimeout(() => this.#isOld(card, sku), BACK_MS);
    }
    const remark = required('[data-remark]', card);
    const kind = card.dataset.news ?? (ours > 0 ? 'ours' : '');
    remark.dataset.kind = kind;
    say(remark, kind ? `remark.${kind}` : 'remark.none', { count: ours });
  }

  #isOld(/** @type {HTMLElement} */ card, /** @type {string} */ sku) {
    if (card.dataset.news === 'back') delete card.dataset.news;
    const product = this.#products.get(sku);
    if (product) this.#remark(card, product, []);
  }
}

function showLeft(/** @type {HTMLElement} */ element, { left }) {
  const stock = left === 0 ? 'none' : left <= FEW ? 'few' : 'some';
  element.dataset.stock = stock;
  say(element, left === 0 ? 'stock.none' : left === 1 ? 'stock.last' : 'stock.left', { count: left });
}
