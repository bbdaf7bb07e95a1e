/* transport-socket.js -- the WebSocket: a subscription for each room on one connection.
 *
 * A quiet socket carries nothing, and one that has died looks just as quiet. So we ask ("ping") at the start, where
 * the answer proves that frames pass, and whenever it was quiet for a while. */

import { isAboutRoom } from './room-refusal.js';
import { Refusal } from './wire.js';

const QUIET_MS = 20_000;
const PONG_MS = 8_000;
const RETRY_MS = 2_000; // those who are not told when to come back spread themselves as far

// Closed with these it has ended well (docs/wire.md).
const CLOSE_DRAIN = 1012;
const CLOSE_SLOW = 4008;

// Closed with this one and these words it is what a poll is answered with 401.
const CLOSE_POLICY = 1008;
const WHO_WE_ARE = { 'session ended': 'session-ended', 'sign in first': 'sign-in-required' };

// What an error is over HTTP, where it is not a 400.
const STATUS = { unavailable: 503, 'too-many-requests': 429, 'room-not-found': 404, banned: 403 };

/** @implements {import('./hold.js').Transport} */
export class SocketTransport {
  /** @type {import('./hold.js').Held} */
  #held;
  /** @type {WebSocket} */
  #socket;
  #subscribed = new Set();
  /** @type {import('./hold.js').Heard[]} what came in and is not handed on yet */
  #heard = [];
  #watch = 0;
  #retryMs = 0;

  async hold(/** @type {import('./hold.js').Held} */ held) {
    this.#held = held;
    this.#subscribed.clear();
    this.#heard = [];
    this.#retryMs = Math.random() * RETRY_MS;
    this.#socket = new WebSocket(`${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws`);
    try {
      await this.#untilClosed();
      return this.#retryMs;
    } finally {
      clearTimeout(this.#watch);
      this.#socket.onopen = this.#socket.onmessage = null;
      this.#socket.close();
    }
  }

  /** Before it is open there is nothing to do: then all are subscribed to. */
  roomsChanged() {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    const { cursors } = this.#held;
    for (const room of this.#subscribed) if (!cursors.has(room)) this.#unsubscribe(room);
    for (const [room, cursor] of cursors) if (!this.#subscribed.has(room)) this.#subscribe(room, cursor);
  }

  #untilClosed() {
    return new Promise((resolve, reject) => {
      // A connection that is dead takes its time to close.
      this.#held.signal.addEventListener('abort', () => reject(new Refusal(0, 'unreachable', 'given up')));
      this.#socket.onopen = () => {
        this.roomsChanged();
        this.#ping();
      };
      this.#socket.onmessage = ({ data }) => {
        try {
          this.#hear(JSON.parse(data));
        } catch (error) {
          reject(error);
        }
      };
      this.#socket.onclose = ({ code, reason }) => {
        this.#handOn();
        if (code === CLOSE_DRAIN || code === CLOSE_SLOW) resolve(undefined);
        else if (code === CLOSE_POLICY && reason in WHO_WE_ARE) reject(new Refusal(401, WHO_WE_ARE[reason]));
        else reject(new Refusal(0, 'unreachable', `the socket was closed with ${code}`));
      };
    });
  }

  #hear(/** @type {any} */ { type, ...frame }) {
    this.#held.onBytes();
    this.#rest();
    if (type === 'error') return this.#refused(frame);
    if (type === 'closing') this.#retryMs = frame.retry_ms;
    else if (type === 'message') this.#collect(frame);
    else if (type === 'presence') this.#held.onPresence(frame);
    else if (type === 'subscribed' && (frame.reset || frame.gap)) {
      this.#heard.push({ room: frame.room, messages: [], reset: frame.reset, gap: frame.gap });
    }
  }

  /** The subscription to a room has ended, or was never there; else it is all that has failed. */
  #refused(/** @type {any} */ frame) {
    const refusal = refusalFrom(frame);
    if (!isAboutRoom(refusal) || !this.#subscribed.delete(frame.room)) throw refusal;
    this.#held.onRefused(frame.room, refusal);
  }

  /** Frames come one by one, but the page need not be laid out for each of a hundred. */
  #collect(/** @type {import('./feed.js').Message & { room: string }} */ message) {
    const last = this.#heard.at(-1);
    if (last?.room === message.room) last.messages.push(message);
    else this.#heard.push({ room: message.room, messages: [message] });
    const size = this.#heard.reduce((sum, { messages }) => sum + messages.length, 0);
    if (size > 1) return;
    // Timers of a page that nobody sees are slow, and another tab may be seen.
    if (document.hidden) this.#handOn();
    else setTimeout(() => this.#handOn());
  }

  #handOn() {
    const all = this.#heard;
    this.#heard = [];
    if (!this.#held.signal.aborted) for (const news of all) this.#held.onNews(news);
  }

  #subscribe(/** @type {string} */ room, /** @type {string} */ cursor) {
    this.#subscribed.add(room);
    this.#say({ type: 'subscribe', room, cursor, html: false, presence: true });
  }

  #unsubscribe(/** @type {string} */ room) {
    this.#subscribed.delete(room);
    this.#say({ type: 'unsubscribe', room });
  }

  #ping() {
    this.#say({ type: 'ping' });
    clearTimeout(this.#watch);
    this.#watch = setTimeout(this.#held.onSilence, PONG_MS);
  }

  #rest() {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => this.#ping(), QUIET_MS);
  }

  #say(/** @type {object} */ frame) {
    this.#socket.send(JSON.stringify(frame));
  }
}

function refusalFrom({ problem, title, detail }) {
  return new Refusal(STATUS[problem] ?? 400, problem, String(detail ?? title ?? ''));
}
