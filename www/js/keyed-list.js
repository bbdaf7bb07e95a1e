/* keyed-list.js -- a list on the page made to agree with what the server says, again and again.
 *
 * A line stays the same element for as long as its thing is there, so that a refresh takes the focus from nobody and
 * nothing flashes. When the line with the focus goes, its neighbour gets the focus. */

import { required } from './required.js';
import { translate } from './strings.js';

/**
 * @template T
 * @param {HTMLElement} list
 * @param {T[]} items
 * @param {object} how
 * @param {string} how.template the id of the template of a line
 * @param {(item: T) => string} how.key what an item is known by
 * @param {(li: HTMLLIElement, item: T) => void} how.fill may be called for a line again and again
 */
export function fillList(list, items, { template, key, fill }) {
  const old = new Map([...list.children].map((li) => [/** @type {HTMLElement} */ (li).dataset.key, li]));
  for (const item of items) old.delete(key(item));
  const heir = heirOf(list, new Set(old.values()));
  for (const li of old.values()) li.remove();
  const kept = new Map([...list.children].map((li) => [/** @type {HTMLElement} */ (li).dataset.key, li]));
  let at = list.firstElementChild;
  for (const item of items) {
    const li = /** @type {HTMLLIElement} */ (kept.get(key(item)) ?? newLine(template, key(item)));
    if (li === at) at = at.nextElementSibling;
    else moveBefore(list, li, at);
    fill(li, item);
  }
  heir?.focus();
}

function newLine(/** @type {string} */ template, /** @type {string} */ key) {
  const { content } = /** @type {HTMLTemplateElement} */ (required(`#${template}`));
  const li = /** @type {HTMLLIElement} */ (required('li', content).cloneNode(true));
  li.dataset.key = key;
  translate(li);
  return li;
}

/** An element that is moved loses the focus. */
function moveBefore(/** @type {HTMLElement} */ list, /** @type {Element} */ li, /** @type {Element | null} */ at) {
  const focused = /** @type {HTMLElement | null} */ (li.contains(document.activeElement) ? document.activeElement : null);
  list.insertBefore(li, at);
  focused?.focus();
}

/** Who gets the focus of a line that goes; null: none of them has it. */
function heirOf(/** @type {HTMLElement} */ list, /** @type {Set<Element>} */ going) {
  const line = [...going].find((li) => li.contains(document.activeElement));
  if (!line) return null;
  const lines = [...list.children];
  const at = lines.indexOf(line);
  const near = [...lines.slice(at + 1), ...lines.slice(0, at).reverse()].find((li) => !going.has(li));
  const focusable = near?.querySelector('a[href], button:not([hidden])');
  if (focusable) return /** @type {HTMLElement} */ (focusable);
  list.tabIndex = -1;
  return list;
}
