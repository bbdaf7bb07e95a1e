/* wire.js -- one request and its answer, as docs/wire.md has them.
 *
 * An answer is either the JSON of a 200 (or a stream of events) or a Refusal, thrown; there is nothing in between. */

/** Why there is no answer: the server's problem, or slug 'unreachable' with status 0 when none came at all. */
export class Refusal extends Error {
  /**
   * @param {number} status
   * @param {string} slug the part of the problem's type after '/problems#'
   * @param {string} [detail] the server's own words
   * @param {number} [retryAfterMs]
   * @param {any} [problem] all that the server said, for problems that have fields of their own
   */
  constructor(status, slug, detail = '', retryAfterMs = 0, problem = {}) {
    super(`${status} ${slug} ${detail}`);
    this.status = status;
    this.slug = slug;
    this.detail = detail;
    this.retryAfterMs = retryAfterMs;
    this.problem = problem;
  }

  /** May the same request succeed later, with nothing changed on our side? */
  get isPassing() {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

/**
 * @param {string} path
 * @param {object} options
 * @param {Record<string, string> | string[][]} [options.form] absent: a GET
 * @param {number} options.timeoutMs after this the answer is given up
 * @param {AbortSignal} [options.signal] to give it up sooner
 * @param {boolean} [options.keepalive] let it finish when the page is left
 * @returns {Promise<any>}
 */
export async function ask(path, { form, timeoutMs, signal, keepalive = false }) {
  const abort = new AbortController();
  const giveUp = () => abort.abort();
  const timer = setTimeout(giveUp, timeoutMs);
  signal?.addEventListener('abort', giveUp);
  if (signal?.aborted) giveUp();
  try {
    const response = await fetch(path, {
      method: form ? 'POST' : 'GET',
      body: form && new URLSearchParams(form),
      headers: { Accept: 'application/json' },
      cache: 'no-store',
      keepalive,
      signal: abort.signal,
    });
    if (!response.ok) throw await refusalFrom(response);
    return await response.json();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    // Also a 200 that is no JSON: the page of a hotel's Wi-Fi, not our server.
    throw new Refusal(0, 'unreachable', String(error));
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', giveUp);
  }
}

/**
 * An answer that does not end.
 * @param {string} path
 * @param {AbortSignal} signal ends it; what is being read is then refused
 * @returns {Promise<() => Promise<string | null>>} the next piece of its text; null: it has ended
 */
export async function openStream(path, signal) {
  const headers = { Accept: 'text/event-stream' };
  const response = await unlessUnreachable(fetch(path, { headers, cache: 'no-store', signal }));
  if (!response.ok) throw await refusalFrom(response);
  const type = response.headers.get('Content-Type') ?? '';
  if (!type.startsWith('text/event-stream')) throw new Refusal(0, 'unreachable', `a stream of ${type}`);
  const reader = response.body.getReader();
  const decoder = new TextDecoder();
  return async () => {
    const { value, done } = await unlessUnreachable(reader.read());
    return done ? null : decoder.decode(value, { stream: true });
  };
}

/**
 * What the network says in its own words, as a Refusal.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
function unlessUnreachable(promise) {
  return promise.catch((error) => {
    throw new Refusal(0, 'unreachable', String(error));
  });
}

/** @param {Response} response */
async function refusalFrom(response) {
  const problem = await response.json().catch(() => ({}));
  const slug = String(problem.type ?? '').split('#')[1] ?? '';
  const words = String(problem.detail ?? problem.title ?? '');
  return new Refusal(response.status, slug, words, retryAfterMs(response.headers.get('Retry-After')), problem);
}

/** Seconds or a date (RFC 9110, 10.2.3). */
function retryAfterMs(/** @type {string | null} */ value) {
  if (!value) return 0;
  const ms = /^\d+$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(ms, 0) : 0;
}
