/* client-id.js -- a name of our own for a message, so that sending it twice says it once. */

/**
 * New for each message: 1 to 64 of A-Z a-z 0-9 . _ -
 * @returns {string}
 */
export function newClientId() {
  // Browsers offer randomUUID only over HTTPS and on localhost.
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
