/* room.js -- what a room may be called, and which one this page is. The rule is that of fcgi/model/room.h. */

const NAME = /^([a-z0-9][a-z0-9._-]{0,63}|~[0-9a-f]{24})$/;

export const LOBBY = 'lobby';

/** Whether it is a private or direct one, whose name tells nothing. */
export function isClosed(/** @type {string} */ room) {
  return room.startsWith('~');
}

/**
 * The room that somebody means by what he typed, or null when it cannot be a name.
 * @param {string} typed
 * @returns {string | null}
 */
export function roomFromTyped(typed) {
  const name = typed.trim().replace(/^#/, '').toLowerCase();
  return NAME.test(name) ? name : null;
}

/**
 * The room that the page is for. nginx serves it at no other addresses (nginx/static.conf).
 * @param {string} path
 * @returns {string}
 */
export function roomFromPath(path) {
  const room = roomOfPath(path);
  if (!room) throw new Error(`${path} is no room`);
  return room;
}

/**
 * The room at that path, or null when there is none.
 * @param {string} path
 * @returns {string | null}
 */
export function roomOfPath(path) {
  if (path === '/') return LOBBY;
  const room = path.startsWith('/r/') ? path.slice('/r/'.length) : '';
  return NAME.test(room) ? room : null;
}

/**
 * @param {string} room
 * @returns {string}
 */
export function pathOfRoom(room) {
  return room === LOBBY ? '/' : `/r/${room}`;
}
