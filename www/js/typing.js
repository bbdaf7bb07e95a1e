/* typing.js -- who is writing something just now; and that we are. */

import { required } from './required.js';
import { say } from './strings.js';

const TELL_MS = 3_000; // the server passes it on no more often
const LASTS_MS = 5_000; // who has not told it again has stopped

export class Typing {
  #line = required('#typing');
  #room;
  #server;
  #session;
  /** @type {Map<string, { name: string, timer: number }>} by person */
  #writers = new Map();
  #toldAt = -Infinity;

  /**
   * @param {object} to
   * @param {string} to.room
   * @param {import('./server.js').Server} to.server
   * @param {import('./session.js').Session} to.session
   */
  constructor({ room, server, session }) {
    this.#room = room;
    this.#server = server;
    this.#session = session;
    required('#body').addEventListener('input', ({ target }) => {
      if (/** @type {HTMLTextAreaElement} */ (target).value.trim()) this.#tell();
    });
  }

  /** What the line tells. */
  hear(/** @type {{ event: string, person?: string, name?: string }} */ { event, person = '', name = '' }) {
    if (event === 'leave') this.#stop(person);
    if (event !== 'typing' || name === this.#session.name) return;
    clearTimeout(this.#writers.get(person)?.timer);
    this.#writers.set(person, { name, timer: setTimeout(() => this.#stop(person), LASTS_MS) });
    this.#show();
  }

  /** They have said it. */
  said(/** @type {{ by?: string, author: string }[]} */ messages) {
    for (const { by } of messages) if (by) this.#stop(by);
  }

  #stop(/** @type {string} */ person) {
    clearTimeout(this.#writers.get(person)?.timer);
    if (this.#writers.delete(person)) this.#show();
  }

  /** Nobody waits for it, and it is no harm if it does not arrive. */
  #tell() {
    if (performance.now() - this.#toldAt < TELL_MS || !this.#session.name) return;
    this.#toldAt = performance.now();
    this.#server.post('/a/room/typing', { room: this.#room }).catch(() => {});
  }

  #show() {
    const [name, other, third] = [...this.#writers.values()].map((writer) => writer.name);
    if (!name) {
      delete this.#line.dataset.text;
      this.#line.textContent = '';
    } else say(this.#line, third ? 'typing.many' : other ? 'typing.two' : 'typing.one', { name, other });
  }
}
