/* rooms-panel.js -- the rooms that there are for us: those we are in, with what we have not read there, those we are
 * asked to, and the public ones in which something is said. */

import { fillList } from './keyed-list.js';
import { Notice } from './notice.js';
import { required } from './required.js';
import { isClosed, pathOfRoom } from './room.js';
import { say } from './strings.js';
import { Refusal } from './wire.js';

/**
 * @typedef {object} MyRoom
 * @property {string} room
 * @property {'public' | 'private' | 'direct'} kind
 * @property {string} title
 * @property {'owner' | 'member' | 'invited'} me what we are there
 * @property {number} unread
 * @property {boolean} unread_more there are more than that
 *
 * @typedef {{ room: string, present?: number }} PublicRoom
 */

const MARKS = { public: '#', private: '◆', direct: '@' };

export class RoomsPanel {
  #notice = new Notice(required('#side-notice'));
  #room;
  #server;
  #loads = 0;

  /**
   * @param {object} to
   * @param {string} to.room the one that the page shows
   * @param {import('./server.js').Server} to.server
   */
  constructor({ room, server }) {
    this.#room = room;
    this.#server = server;
  }

  /** Asks the server. Of several questions the last one counts. */
  async load() {
    const load = ++this.#loads;
    try {
      const rooms = await this.#server.get('/a/room/list');
      if (load === this.#loads) this.#show(rooms);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // what was there stays, and a minute later it is asked again
    }
  }

  #show({ mine = [], public: open = [] }) {
    const isIn = ({ me }) => me !== 'invited';
    this.#fill('invited', mine.filter((each) => !isIn(each)));
    this.#fill('mine', mine.filter((each) => isIn(each) && each.kind !== 'direct'));
    this.#fill('direct', mine.filter((each) => isIn(each) && each.kind === 'direct'));
    this.#fill('public', open.map((each) => ({ kind: 'public', title: each.room, ...each })));
  }

  #fill(/** @type {string} */ part, /** @type {any[]} */ rooms) {
    const box = required(`[data-rooms=${part}]`);
    box.hidden = rooms.length === 0;
    fillList(required('ul', box), rooms, {
      template: 'room-line',
      key: ({ room }) => room,
      fill: (li, room) => this.#line(li, room),
    });
  }

  #line(/** @type {HTMLLIElement} */ li, /** @type {MyRoom & PublicRoom} */ room) {
    const link = /** @type {HTMLAnchorElement} */ (required('[data-room]', li));
    required('[data-room-mark]', li).textContent = markOf(room);
    required('[data-room-title]', li).textContent = room.title;
    const isInvited = room.me === 'invited';
    if (!isInvited) link.href = pathOfRoom(room.room);
    if (room.room === this.#room) link.setAttribute('aria-current', 'page');
    this.#count(required('[data-count]', li), room);
    for (const button of li.querySelectorAll('button')) {
      button.hidden = !isInvited;
      button.onclick = () => this.#answer(li, room.room, button.dataset.do ?? '');
    }
  }

  /** What is not read; of a room that is not ours, who is there. */
  #count(/** @type {HTMLElement} */ box, /** @type {MyRoom & PublicRoom} */ { room, unread = 0, unread_more, present = 0 }) {
    const isRead = unread === 0 || room === this.#room;
    box.hidden = isRead && present === 0;
    box.dataset.tone = isRead ? 'aside' : '';
    if (isRead) say(box, 'rooms.present', { count: present });
    else say(box, 'rooms.unread', { count: unread_more ? `${unread}+` : unread });
  }

  async #answer(/** @type {HTMLLIElement} */ li, /** @type {string} */ room, /** @type {string} */ answer) {
    if (li.getAttribute('aria-busy') === 'true') return;
    li.setAttribute('aria-busy', 'true');
    try {
      this.#notice.hide();
      await this.#server.post(answer === 'accept' ? '/a/room/join' : '/a/room/refuse', { room });
      if (answer === 'accept') location.assign(pathOfRoom(room));
      else await this.load();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#notice.refuse(error);
    } finally {
      li.setAttribute('aria-busy', 'false');
    }
  }
}

/** @param {{ room: string, kind?: string }} about */
export function markOf({ room, kind }) {
  return MARKS[kind ?? ''] ?? (isClosed(room) ? MARKS.private : MARKS.public);
}
