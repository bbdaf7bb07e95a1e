/* one-at-a-time.js -- what only one tab of this browser should do at a time. */

const PATIENCE_MS = 3_000; // a tab that the browser has stopped may keep the lock

/**
 * Runs it while no other tab runs one of this name; at the latest after some seconds. Where there are no locks (they
 * need HTTPS or localhost), at once.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} run
 * @returns {Promise<T>}
 */
export async function oneAtATime(name, run) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS);
  let hasRun = false;
  const runOnce = () => {
    clearTimeout(timer);
    hasRun = true;
    return run();
  };
  try {
    return await navigator.locks.request(`holdline.${name}`, { signal: patience.signal }, runOnce);
  } catch (error) {
    if (hasRun) throw error;
    return await runOnce();
  }
}
