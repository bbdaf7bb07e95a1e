/* shop-stock.js -- what is left of each product and what is kept for us, as the server said it last; and what has
 * happened from one time to the next.
 *
 *     left > 0 --- others take the last ---> taken         left = 0, none of it ours
 *        ^                                      |
 *        +------- somebody lets one go ---------+  back */

/**
 * @typedef {object} Product
 * @property {string} sku
 * @property {{ en: string, zh: string }} name
 * @property {string} picture a file's name
 * @property {number} left what anybody may still take
 * @property {number} ours in our cart
 * @property {number} endsAt until when it is kept for us, in the time of Date.now(); 0: nothing is
 * @property {string} cursor the place in the shop's history at which this was so
 *
 * @typedef {object} Shop
 * @property {boolean} isWhole else only what changed
 * @property {Product[]} products name and picture may be missing where the product is known
 *
 * @typedef {object} Happening
 * @property {Product} product as it is now
 * @property {'new' | 'left' | 'taken' | 'back' | 'ended'} kind
 */

// What ends so shortly before its time has ended by itself: clocks differ, and answers take a while.
const SLACK_MS = 2_500;

/**
 * What we know after that. Answers overtake each other: what is older than what we know is left out.
 * @param {ReadonlyMap<string, Product>} products
 * @param {Shop} shop
 * @returns {ReadonlyMap<string, Product>}
 */
export function merged(products, { isWhole, products: heard }) {
  const after = new Map(isWhole ? [] : products);
  for (const product of heard) {
    const known = products.get(product.sku);
    if (!known && !product.name) continue; // new; its name comes when everything is asked for
    after.set(product.sku, known && isOlder(product.cursor, known.cursor) ? known : { ...known, ...product });
  }
  return after;
}

/**
 * @param {ReadonlyMap<string, Product>} before
 * @param {ReadonlyMap<string, Product>} after
 * @returns {Happening[]}
 */
export function happenings(before, after) {
  return [...after.values()].flatMap((product) => {
    const was = before.get(product.sku);
    return (was ? kindsOf(was, product) : ['new']).map((kind) => ({ product, kind }));
  });
}

/** How many things are in the cart. */
export function countOf(/** @type {Product[]} */ products) {
  return products.reduce((sum, { ours }) => sum + ours, 0);
}

/** What is in the cart. */
export function inCart(/** @type {ReadonlyMap<string, Product>} */ products) {
  return [...products.values()].filter(({ ours }) => ours > 0);
}

function kindsOf(/** @type {Product} */ was, /** @type {Product} */ is) {
  const kinds = [];
  if (was.left !== is.left) kinds.push('left');
  if (was.left > 0 && is.left === 0 && is.ours <= was.ours) kinds.push('taken');
  if (was.left === 0 && is.left > 0 && is.ours >= was.ours) kinds.push('back');
  if (was.ours > 0 && is.ours === 0 && was.endsAt - Date.now() < SLACK_MS) kinds.push('ended');
  return kinds;
}

/** Of two cursors <epoch>-<seq>; those of different epochs tell nothing of each other. */
function isOlder(/** @type {string} */ cursor, /** @type {string} */ than) {
  const [[epoch, seq], [otherEpoch, otherSeq]] = [cursor.split('-'), than.split('-')];
  return epoch === otherEpoch && Number(seq) < Number(otherSeq);
}
