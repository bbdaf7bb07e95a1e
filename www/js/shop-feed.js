/* shop-feed.js -- the shop as it is, for as long as the page is open.
 *
 * Of the tabs of this browser one leads (tabs.js) and holds the line; they have one cart. What the line brings is the
 * state of things and no history, so the last word heard is all that a tab needs:
 *
 *     leads                    I hold the line now
 *     join    {tab}            who leads, answer me
 *     shop    {shop, to}       all of it, or what changed; to: for that tab
 *     state   {state, to}      how the line is
 *     wake, doubt              for the line */

import { ShopLine } from './shop-line.js';
import { merged } from './shop-stock.js';
import { Tabs } from './tabs.js';

const ANSWER_MS = 4_000; // who leads and has not answered by then has stopped
const CHECK_MS = 15_000;

export class ShopFeed {
  #server;
  #events;
  #tabs;
  /** @type {ReadonlyMap<string, import('./shop-stock.js').Product>} */
  #products = new Map();
  /** @type {ShopLine | null} ours, if we lead */
  #line = null;
  #unanswered = 0;
  #checking = 0;

  /**
   * @param {import('./shop-server.js').ShopServer} server
   * @param {object} to
   * @param {(products: ReadonlyMap<string, import('./shop-stock.js').Product>) => void} to.onProducts
   * @param {(state: import('./feed.js').FeedState) => void} to.onState
   */
  constructor(server, to) {
    this.#server = server;
    this.#events = to;
    this.#tabs = new Tabs('shop', {
      lead: () => this.#lead(),
      step: () => this.#step(),
      word: (word) => this.#hear(word),
    });
  }

  start() {
    this.#tabs.start();
    this.#join();
    this.#checking = setInterval(() => document.hidden || this.#join(), CHECK_MS);
  }

  /** Nobody is there to look: hold nothing until started again. */
  rest() {
    clearInterval(this.#checking);
    clearTimeout(this.#unanswered);
    this.#tabs.leave();
  }

  /** Somebody looks: try again now, if we are waiting. */
  wake() {
    this.#tabs.tell({ type: 'wake' });
    this.#join();
  }

  doubt() {
    this.#tabs.tell({ type: 'doubt' });
  }

  /** We have been answered something by ourselves: it is for all tabs. */
  take(/** @type {import('./shop-stock.js').Shop} */ shop) {
    this.#tabs.tell({ type: 'shop', shop });
  }

  /** Something may have changed of which nobody has told us. */
  refresh() {
    this.#server.load().then((shop) => this.take(shop), () => {});
  }

  #join() {
    clearTimeout(this.#unanswered);
    this.#unanswered = setTimeout(() => document.hidden || this.#tabs.takeOver(), ANSWER_MS);
    this.#tabs.tell({ type: 'join', tab: this.#tabs.id });
  }

  #hear(/** @type {any} */ word) {
    const steps = {
      leads: () => this.#join(),
      join: () => this.#line && this.#admit(this.#line, word.tab),
      shop: () => this.#isForUs(word) && this.#merge(word.shop),
      state: () => this.#isForUs(word) && this.#show(word.state),
      wake: () => this.#line?.wake(),
      doubt: () => this.#line?.doubt(),
    };
    steps[word.type]?.();
  }

  #lead() {
    const line = new ShopLine(this.#server, {
      onShop: (shop) => this.take(shop),
      onState: (state) => this.#tabs.tell({ type: 'state', state }),
    });
    this.#line = line;
    this.#tabs.tell({ type: 'leads' });
    line.run();
  }

  #step() {
    this.#line?.close();
    this.#line = null;
  }

  #admit(/** @type {ShopLine} */ line, /** @type {string} */ to) {
    this.#tabs.tell({ type: 'state', to, state: line.state });
    const products = [...this.#products.values()];
    if (products.length > 0) this.#tabs.tell({ type: 'shop', to, shop: { isWhole: true, products } });
  }

  #isForUs({ to }) {
    return to === undefined || to === this.#tabs.id;
  }

  #merge(/** @type {import('./shop-stock.js').Shop} */ shop) {
    this.#products = merged(this.#products, shop);
    this.#events.onProducts(this.#products);
  }

  #show(/** @type {import('./line.js').LineState} */ state) {
    clearTimeout(this.#unanswered);
    this.#events.onState({ ...state, isShared: !this.#tabs.isLeading });
  }
}
