/* shop-names.js -- what a product is called, what is said about it and what it looks like.
 *
 * The name is the server's, in both languages. What is said about the products that the shop begins with is the page's,
 * which has pictures, too; a product of which there is none comes in a parcel. */

import en from './strings-shop-en.js';
import { locale, say } from './strings.js';

const PARCEL = '/pictures/parcel.svg';

/** @typedef {import('./shop-stock.js').Product} Product */

/** In the reader's language. */
export function nameOf(/** @type {Product} */ { name }) {
  return locale() === 'en' ? name.en : name.zh;
}

/** All of them, as a list within a sentence. */
export function namesOf(/** @type {Product[]} */ products) {
  return new Intl.ListFormat(locale()).format(products.map(nameOf));
}

/** @param {HTMLElement} element */
export function showName(element, /** @type {Product} */ product) {
  say(element, 'name', { name: () => nameOf(product) });
}

/** @param {HTMLElement} element */
export function showAbout(element, /** @type {Product} */ { sku }) {
  const key = `about.${sku}`;
  element.hidden = !(key in en);
  if (key in en) say(element, key);
}

/** @param {HTMLImageElement} image */
export function showPicture(image, /** @type {Product} */ { picture }) {
  image.addEventListener('error', () => (image.src = PARCEL), { once: true });
  image.src = `/pictures/${encodeURIComponent(picture)}`;
}
