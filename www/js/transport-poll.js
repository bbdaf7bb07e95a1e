/* transport-poll.js -- the long poll: a question that is held until there is news. It passes every proxy. */

import { ask } from './wire.js';

/** A line that works and is quiet for so long at its beginning has nothing to bring: we are live. */
export const QUIET_MS = 400;

const POLL_TIMEOUT_MS = 75_000; // above the server's hold of 50 s and nginx's patience
const SPIN_MS = 1_000; // "nothing new" may not come faster than this

/** @implements {import('./hold.js').Transport} */
export class PollTransport {
  /** One question and its answer. */
  async hold({ cursors, session, signal, onLive, onNews }) {
    const token = await session.token();
    const rooms = [...cursors.keys()];
    const form = [...fieldsOf(cursors), ['_xsrf', token]];
    const began = performance.now();
    // Unanswered for so long after the session answered, it is being held.
    const held = setTimeout(onLive, QUIET_MS);
    try {
      const answer = await ask('/a/message/updates', { form, timeoutMs: POLL_TIMEOUT_MS, signal });
      for (const news of newsOf(answer, rooms)) onNews(news);
      onLive();
      const spins = !answer.messages && performance.now() - began < SPIN_MS;
      return answer.retry_ms ?? (spins ? SPIN_MS : 0);
    } finally {
      clearTimeout(held);
    }
  }
}

/**
 * What a question is made of, for the stream too.
 * @param {ReadonlyMap<string, string>} cursors
 * @returns {string[][]} names and values
 */
export function fieldsOf(cursors) {
  return [...[...cursors].flatMap(([room, cursor]) => [['room', room], ['cursor', cursor]]), ['html', '0']];
}

/**
 * An answer, room by room.
 * @returns {import('./hold.js').Heard[]}
 */
export function newsOf(/** @type {any} */ answer, /** @type {string[]} */ rooms) {
  const { messages = [], cursor, gap, reset, cursors, gaps = [], resets = [] } = answer;
  if (!cursors) return [{ room: rooms[0], messages, cursor, gap, reset }];
  return rooms.map((room) => ({
    room,
    messages: messages.filter((message) => message.room === room),
    cursor: cursors[room],
    gap: gaps.includes(room),
    reset: resets.includes(room),
  }));
}
