/* shop.js -- the shop page: which parts there are, and who tells whom.
 *
 *     shelf, cart --wish--> wishes --/cart-----------> server
 *       ^     ^               |                          |
 *       |     |               v                          v
 *       +-----+--products-- feed <--/status, held--------+
 *                             |
 *     connection <--state-----+      checkout --/shop/checkout--> server */

import { Connection } from './connection.js';
import { Notice } from './notice.js';
import { required } from './required.js';
import { Cart } from './shop-cart.js';
import { Checkout } from './shop-checkout.js';
import { ShopFeed } from './shop-feed.js';
import { nameOf, namesOf } from './shop-names.js';
import { News } from './shop-news.js';
import { ShopServer } from './shop-server.js';
import { Shelf } from './shop-shelf.js';
import { happenings } from './shop-stock.js';
import { Wishes } from './shop-wishes.js';
import { drawer } from './store.js';
import en from './strings-shop-en.js';
import zh from './strings-shop-zh.js';
import { addStrings, switchLanguage, text, translate } from './strings.js';

addStrings({ en, zh });
translate();
required('#language').addEventListener('click', switchLanguage);
required('#no-script').hidden = true;

/** @type {ReadonlyMap<string, import('./shop-stock.js').Product>} */
let products = new Map();
const server = new ShopServer();
const notice = new Notice(required('#said'));
const news = new News();
const connection = new Connection(() => feed.wake());

const feed = new ShopFeed(server, {
  onProducts: show,
  onState(state) {
    connection.show(state);
    if (state.name === 'live') checkout.wake();
  },
});
const wishes = new Wishes(server, {
  productOf,
  onShop: (shop) => feed.take(shop),
  onDone: tellWish,
  onRefusal: refuse,
});
const shelf = new Shelf((sku) => wish(() => wishes.more(sku)));
const cart = new Cart({
  onMore: (sku, by) => wish(() => wishes.more(sku, by)),
  onNone: (sku) => wish(() => wishes.none(sku)),
  onLastMinute: (ending) => tell('said.ends', ending),
});
const checkout = new Checkout(server, drawer('sessionStorage', 'shop.checkout'), {
  productOf,
  onOrder: () => {
    notice.hide();
    feed.refresh();
  },
  onRefusal: refuse,
});

window.addEventListener('online', () => feed.wake());
window.addEventListener('offline', () => feed.doubt());
// A page that was left may live on, frozen, for the "back" button, and its line with it.
window.addEventListener('pagehide', () => feed.rest());
window.addEventListener('pageshow', ({ persisted }) => persisted && feed.start());
document.addEventListener('visibilitychange', () => document.hidden || feed.wake());

feed.start();

/** @param {ReadonlyMap<string, import('./shop-stock.js').Product>} now */
function show(now) {
  const isFirst = products.size === 0;
  const happened = happenings(products, now);
  products = now;
  shelf.show(products, happened);
  cart.show(products);
  const ended = those('ended', happened);
  if (ended.length > 0 && !checkout.isAsking) tell('said.ended', ended);
  for (const product of those('left', happened)) tellLeft(product);
  if (isFirst) checkout.start(); // now there are names for what was ordered
}

/** The products to which that happened. */
function those(/** @type {string} */ kind, /** @type {import('./shop-stock.js').Happening[]} */ happened) {
  return happened.filter((each) => each.kind === kind).map(({ product }) => product);
}

function productOf(/** @type {string} */ sku) {
  return products.get(sku);
}

/** What was said before is of something that is over. */
function wish(/** @type {() => void} */ tellIt) {
  notice.hide();
  tellIt();
}

/** What others do. */
function tellLeft(/** @type {import('./shop-stock.js').Product} */ product) {
  const { sku, left, ours } = product;
  const key = left > 0 ? 'news.left' : ours > 0 ? 'news.none' : 'said.taken';
  news.soon(sku, () => text(key, { name: nameOf(product), count: left }));
}

/** What we have done: how many there are in the cart now. */
function tellWish(/** @type {string} */ sku, /** @type {number} */ wished) {
  const product = productOf(sku);
  if (!product) return;
  const { left, ours } = product;
  news.forget(sku);
  if (ours < wished) return tell(left > 0 ? 'said.fewer' : 'said.taken', [product]);
  news.now(() => text(ours > 0 ? 'said.in' : 'said.out', { name: nameOf(product), count: ours }));
}

/** What one should know, seen and read aloud. */
function tell(/** @type {string} */ key, /** @type {import('./shop-stock.js').Product[]} */ about) {
  notice.tell(key, 'bad', { name: () => namesOf(about) });
}

function refuse(/** @type {import('./wire.js').Refusal} */ refusal) {
  notice.refuse(refusal);
  feed.refresh();
}
