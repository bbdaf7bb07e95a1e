/* linkify.js -- the text of a message as nodes: text and links, nothing else.
 *
 * The rules are those of message_add_html in fcgi/model/message.h, so that a message reads the same here and on the
 * plain page: an address begins where a word begins, with http:// or https:// and a host; punctuation that ends a
 * sentence is not part of it, nor is a closing bracket that was opened before it. */

// eslint-disable-next-line no-control-regex -- control characters end an address
const ADDRESS =
  /\bhttps?:\/\/(?:\w|\[[0-9a-f:.]{2,}\]|[^\s\x00-\x9f\u200b\u2060»’”…、。》」』】！），：；？])[^\s<>"\x00-\x1f\x7f-\x9f\u200b\u2060]*/gi;
const STOPS = new Set('.,;:!?\'"»’”…、。》」』】！），：；？');
const BRACKETS = { ')': '(', ']': '[', '}': '{' };

/**
 * @param {string} text
 * @returns {DocumentFragment}
 */
export function linkify(text) {
  const nodes = document.createDocumentFragment();
  let end = 0;
  for (const found of text.matchAll(ADDRESS)) {
    const address = withoutStops(found[0]);
    nodes.append(text.slice(end, found.index), link(address));
    end = found.index + address.length;
  }
  nodes.append(text.slice(end));
  return nodes;
}

function link(/** @type {string} */ address) {
  const a = document.createElement('a');
  a.href = address;
  a.textContent = address;
  a.rel = 'nofollow ugc noopener noreferrer';
  a.target = '_blank';
  return a;
}

function withoutStops(/** @type {string} */ address) {
  const surplus = {};
  for (const [close, open] of Object.entries(BRACKETS)) {
    surplus[close] = address.split(close).length - address.split(open).length;
  }
  let end = address.length;
  for (; end > 0; end--) {
    const last = address[end - 1];
    const closesTooMuch = last in BRACKETS && surplus[last]-- > 0;
    if (!closesTooMuch && !STOPS.has(last)) break;
  }
  return address.slice(0, end);
}
