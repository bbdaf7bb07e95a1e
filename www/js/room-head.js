/* room-head.js -- what the page says of its room: its title, what it is about, and, to those whom they are for, the way
 * to its settings. */

import { markOf } from './rooms-panel.js';
import { required } from './required.js';
import { isClosed } from './room.js';
import { say } from './strings.js';
import { Refusal } from './wire.js';

/**
 * @typedef {object} About
 * @property {string} room
 * @property {'public' | 'private' | 'direct'} kind
 * @property {string} title
 * @property {string} topic
 * @property {boolean} archived
 * @property {'owner' | 'member' | 'invited' | 'admin' | 'guest'} me what we are there
 * @property {{ person: string, name: string, owner: boolean, invited: boolean }[]} members of a closed room
 */

export class RoomHead {
  #room;
  #server;
  #onKnown;
  #loads = 0;

  /**
   * @param {object} to
   * @param {string} to.room
   * @param {import('./server.js').Server} to.server
   * @param {(about: About) => void} to.onKnown called with each answer
   */
  constructor({ room, server, onKnown }) {
    this.#room = room;
    this.#server = server;
    this.#onKnown = onKnown;
    this.#mark({ room });
    required('#room').textContent = isClosed(room) ? '…' : room;
  }

  /** Asks the server. Of several questions the last one counts. */
  async load() {
    const load = ++this.#loads;
    try {
      const about = await this.#server.get('/a/room', { room: this.#room });
      if (load !== this.#loads) return;
      this.#show(about);
      this.#onKnown(about);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // the line says why we may not be here
    }
  }

  #mark(/** @type {{ room: string, kind?: string }} */ about) {
    const mark = required('#room-mark');
    mark.textContent = markOf(about);
    mark.dataset.closed = String(isClosed(about.room));
  }

  #show(/** @type {About} */ about) {
    const topic = required('#topic');
    this.#mark(about);
    required('#room').textContent = about.title || this.#room;
    topic.hidden = !about.topic && !about.archived;
    delete topic.dataset.text;
    topic.textContent = about.topic ?? '';
    if (about.archived) say(topic, 'problem.room-archived');
    topic.title = about.topic ?? '';
  }
}
