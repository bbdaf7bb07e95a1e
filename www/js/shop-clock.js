/* shop-clock.js -- time that is left, as a clock shows it. */

/**
 * @param {number} ms
 * @returns {string} minutes and seconds; never less than nothing
 */
export function clockOf(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
