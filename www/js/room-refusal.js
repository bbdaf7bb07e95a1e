/* room-refusal.js -- refusals that are about one room: we may not, or not any more, be there. They say nothing about the
 * other rooms that the line brings. */

import { ask, Refusal } from './wire.js';

const ABOUT_A_ROOM = ['room-not-found', 'banned'];
const ASK_TIMEOUT_MS = 10_000;

/** @param {{ slug: string }} refusal */
export function isAboutRoom({ slug }) {
  return ABOUT_A_ROOM.includes(slug);
}

/**
 * Asks whether we may be there.
 * @param {string} room
 * @returns {Promise<Refusal | null>} why not; null: we may
 */
export async function refusalOf(room) {
  try {
    await ask(`/a/room/present?${new URLSearchParams({ room })}`, { timeoutMs: ASK_TIMEOUT_MS });
    return null;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return error;
  }
}

/**
 * Of those rooms the ones that we may not be in, after a refusal that was for all together.
 * @param {Refusal} refusal
 * @param {string[]} rooms
 * @returns {Promise<string[]>}
 */
export async function refusedOf(refusal, rooms) {
  if (rooms.includes(refusal.problem?.room)) return [refusal.problem.room];
  if (rooms.length === 1) return rooms;
  const refusals = await Promise.all(rooms.map(refusalOf));
  return rooms.filter((_, i) => refusals[i] && isAboutRoom(refusals[i]));
}
