/* store.js -- a drawer of the browser's storage that never throws.
 *
 * Storage may be forbidden or full; then the page still works, and only a reload forgets. */

/**
 * @typedef {object} Drawer
 * @property {() => any} read what was written last, or null
 * @property {(value: any) => void} write null empties the drawer
 */

/**
 * @param {'localStorage' | 'sessionStorage'} kind local: for this browser; session: for this tab
 * @param {string} name
 * @returns {Drawer}
 */
export function drawer(kind, name) {
  const key = `holdline.${name}`;
  return {
    read() {
      try {
        return JSON.parse(window[kind].getItem(key) ?? 'null');
      } catch {
        return null;
      }
    },
    write(value) {
      try {
        if (value === null) window[kind].removeItem(key);
        else window[kind].setItem(key, JSON.stringify(value));
      } catch {
        // Nothing to be done, and nothing that the reader could do.
      }
    },
  };
}
