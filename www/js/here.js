/* here.js -- who is in the room: how many, and on demand their names.
 *
 * The line tells who comes and goes (Presence in docs/wire.md). It tells no names that were there before, and not each
 * one where many are; a long poll tells nothing at all. So the server is asked when the line is there, when it has told
 * only a count, and, by those who poll, every few seconds. In a crowd nobody asks for names that he does not look at. */

import { fillList } from './keyed-list.js';
import { fillPerson } from './person-line.js';
import { required } from './required.js';
import { say } from './strings.js';
import { Refusal } from './wire.js';

const POLL_MS = 15_000;
const ASK_AGAIN_MS = 2_000; // at most so often because of what the line told
const CROWD = 200; // the server tells and lists no more one by one

export class Here {
  #box = /** @type {HTMLDetailsElement} */ (required('#here'));
  #words = required('#here-count');
  #list = required('#people');
  #more = required('#people-more');
  #room;
  #server;
  /** @type {Map<string, string>} names by person, of those whom we know of */
  #people = new Map();
  #count = 0;
  #asks = 0;
  #timer = 0;
  /** @type {string | undefined} how the line is held, while it is */
  #way;

  /**
   * @param {object} to
   * @param {string} to.room
   * @param {import('./server.js').Server} to.server
   */
  constructor({ room, server }) {
    this.#room = room;
    this.#server = server;
    setInterval(() => this.#way === 'poll' && this.look(), POLL_MS);
    this.#box.addEventListener('toggle', () => this.#box.open && this.#count > CROWD && this.look());
    this.#box.addEventListener('keydown', ({ key }) => {
      if (key !== 'Escape') return;
      this.#box.open = false;
      this.#words.focus();
    });
    document.addEventListener('click', ({ target }) => {
      if (!this.#box.contains(/** @type {Node} */ (target))) this.#box.open = false;
    });
  }

  /** How the line is. */
  lineIs(/** @type {import('./feed.js').FeedState} */ { name, way }) {
    const wasThere = this.#way !== undefined;
    this.#way = name === 'live' ? way : undefined;
    if (name === 'refused') this.#box.hidden = true;
    if (this.#way && !wasThere) this.look();
  }

  /** What the line tells. */
  hear(/** @type {{ event: string, person?: string, name?: string, count?: number }} */ { event, person, name, count }) {
    if (event === 'typing') return;
    this.#asks++; // what was asked before may know less
    if (event === 'leave') this.#people.delete(person ?? '');
    else if (person) this.#people.set(person, name ?? '');
    if (count !== undefined) this.#count = count;
    this.#show();
    if (event === 'count' || this.#people.size !== this.#count) this.#askSoon();
  }

  /** Asks the server, if anybody sees it. Of several questions the last one counts. */
  async look() {
    if (document.hidden || !this.#way) return;
    clearTimeout(this.#timer);
    this.#timer = 0;
    const ask = ++this.#asks;
    try {
      const { count, people } = await this.#server.get('/a/room/present', { room: this.#room });
      if (ask !== this.#asks) return this.#askSoon();
      this.#people = new Map(people.map(({ person, name }) => [person, name]));
      this.#count = count;
      this.#show();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // what was there stays
    }
  }

  /** Not all at the same moment: everybody here has been told the same. */
  #askSoon() {
    const isCrowd = this.#count > CROWD;
    if (isCrowd && !this.#box.open) return;
    this.#timer ||= setTimeout(() => this.look(), (isCrowd ? POLL_MS : ASK_AGAIN_MS) * (0.5 + Math.random() / 2));
  }

  #show() {
    this.#box.hidden = !this.#way;
    say(this.#words, 'here.count', { count: this.#count });
    const people = [...this.#people].map(([person, name]) => ({ person, name }));
    people.sort((a, b) => a.name.localeCompare(b.name));
    fillList(this.#list, people, {
      template: 'person-line',
      key: ({ person }) => person,
      fill: (li, { name }) => fillPerson(li, { name }),
    });
    const more = this.#count - people.length;
    this.#more.hidden = more <= 0;
    say(this.#more, 'here.more', { count: more });
  }
}
