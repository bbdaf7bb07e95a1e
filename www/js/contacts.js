/* contacts.js -- whom one knows: a list, with what can be done about each, and a form to ask somebody.
 *
 *     asks ------accept--> accepted       asked: by us, and not answered
 *      |                                  blocked: by us */

import { fillList } from './keyed-list.js';
import { Notice } from './notice.js';
import { fillPerson } from './person-line.js';
import { required } from './required.js';
import { pathOfRoom } from './room.js';
import { say } from './strings.js';
import { SmallForm } from './small-form.js';
import { Refusal } from './wire.js';

/** @typedef {{ person: string, name: string, state: 'asks' | 'asked' | 'accepted' | 'blocked' }} Contact */

// What is offered in each state: the last part of the path, and its words where these are others.
const DEEDS = {
  asks: ['accept', 'refuse', 'block'],
  asked: ['withdraw'],
  accepted: ['write', 'remove', 'block'],
  blocked: ['unblock'],
};
const GRAVE = ['remove', 'block'];

export class Contacts {
  #list = required('#contact-list');
  #none = required('#no-contacts');
  #asking = required('#contacts-asking');
  #notice = new Notice(required('#contacts-notice'));
  #server;
  #loads = 0;

  /** @param {import('./server.js').Server} server */
  constructor(server) {
    this.#server = server;
    new SmallForm(required('#contact-ask'), { server, onDone: () => this.load() });
  }

  /** Asks the server. Of several questions the last one counts. */
  async load() {
    const load = ++this.#loads;
    try {
      const { contacts } = await this.#server.get('/a/contact/list');
      if (load === this.#loads) this.#show(contacts);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error; // what was there stays, and a minute later it is asked again
    }
  }

  /** They are not ours any more. */
  forget() {
    this.#loads++;
    this.#show([]);
    this.#notice.hide();
  }

  #show(/** @type {Contact[]} */ contacts) {
    const asking = contacts.filter(({ state }) => state === 'asks').length;
    this.#none.hidden = contacts.length > 0;
    this.#asking.hidden = asking === 0;
    say(this.#asking, 'contacts.asking', { count: asking });
    fillList(this.#list, contacts, {
      template: 'person-line',
      key: ({ person }) => person,
      fill: (li, contact) => this.#fill(li, contact),
    });
  }

  #fill(/** @type {HTMLLIElement} */ li, /** @type {Contact} */ { person, name, state }) {
    const deeds = (DEEDS[state] ?? []).map((deed) => ({
      key: `contacts.${deed}`,
      isGrave: GRAVE.includes(deed),
      act: () => this.#do(deed, person, name),
    }));
    fillPerson(li, { name, what: state === 'accepted' ? null : { key: `contacts.${state}` }, deeds });
  }

  async #do(/** @type {string} */ deed, /** @type {string} */ person, /** @type {string} */ name) {
    try {
      this.#notice.hide();
      if (deed === 'write') {
        const { room } = await this.#server.post('/a/room/direct', { name });
        return location.assign(pathOfRoom(room));
      }
      await this.#server.post(`/a/contact/${deed === 'withdraw' ? 'remove' : deed}`, { person });
      await this.load();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#notice.refuse(error);
    }
  }
}
