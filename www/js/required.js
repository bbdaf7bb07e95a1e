/* required.js -- elements that the page cannot do without. */

/**
 * The element for the selector. A page without it is broken, and says so at start instead of at the first click.
 * @template {Element} E
 * @param {string} selector
 * @param {ParentNode} [within]
 * @returns {E}
 */
export function required(selector, within = document) {
  const found = within.querySelector(selector);
  if (!found) throw new Error(`this page has no ${selector}`);
  return /** @type {E} */ (found);
}
