/* next.js -- where one goes on to from the account page: ?next=, a place on this site. */

const NAME = 'next';

/** The account page, with the way back to where we are. */
export function pathToAccount() {
  return `/account?${new URLSearchParams({ [NAME]: location.pathname + location.search })}`;
}

/**
 * The place that the page's address asks for; null when there is none, or it is not on this site.
 * @param {string} search
 * @returns {URL | null}
 */
export function nextFrom(search) {
  const next = new URLSearchParams(search).get(NAME);
  if (!next?.startsWith('/')) return null;
  try {
    // What a browser makes of it counts: to it "/\evil" is another site, and so is the path of "/.//evil", taken by
    // itself. So it is the whole address that is given back.
    const url = new URL(next, location.origin);
    return url.origin === location.origin ? url : null;
  } catch {
    return null;
  }
}
