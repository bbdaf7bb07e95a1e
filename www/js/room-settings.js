/* room-settings.js -- the settings of a closed room, over the page: its owner changes what it is called and who is in
 * it; each member sees who that is, and may leave. Who moderates sees whom he has muted and banned. */

import { startInviteLink } from './invite-link.js';
import { Notice } from './notice.js';
import { required } from './required.js';
import { say } from './strings.js';
import { RoomPeople } from './room-people.js';
import { SmallForm } from './small-form.js';
import { whenSure } from './sure.js';
import { Refusal } from './wire.js';

export class RoomSettings {
  #dialog = /** @type {HTMLDialogElement} */ (required('#settings'));
  #opener = required('#settings-open');
  #notice = new Notice(required('#settings-notice'));
  #said = required('#settings-said');
  #room;
  #server;
  #onChange;
  #people;

  /**
   * @param {object} to
   * @param {string} to.room
   * @param {import('./server.js').Server} to.server
   * @param {() => unknown} to.onChange something of the room is different now
   */
  constructor({ room, server, onChange }) {
    this.#room = room;
    this.#server = server;
    this.#onChange = onChange;
    this.#people = new RoomPeople((deed, { person, name }) =>
      this.#do(`/a/room/${deed}`, { person }, () => this.#tell(`room.said.${deed}`, { name })));
    this.#opener.addEventListener('click', () => this.#open());
    required('#settings-close').addEventListener('click', () => this.#dialog.close());
    this.#form('#set-title', 'room.said.saved');
    this.#form('#set-topic', 'room.said.saved');
    this.#form('#invite', 'room.said.invited');
    startInviteLink({ room, server });
    whenSure(required('#leave'), () => this.#do('/a/room/leave', {}, () => location.assign('/')));
    whenSure(required('#archive'), () => this.#do('/a/room/archive', {}, () => this.#tell('room.said.archived')));
  }

  /** What is known of the room now. */
  know(/** @type {import('./room-head.js').About} */ about) {
    const isPrivate = about.kind === 'private';
    this.#opener.hidden = !isPrivate && about.me !== 'owner' && about.me !== 'admin';
    for (const part of this.#dialog.querySelectorAll('[data-role]')) {
      const roles = part.dataset.role.split(' ');
      // Nothing of an archived room changes, but one may leave it.
      const isOver = about.archived && !roles.includes('member');
      part.hidden = !isPrivate || isOver || !roles.includes(about.me);
    }
    this.#fill('#title-field', about.title);
    this.#fill('#topic-field', about.topic);
    this.#people.show(about);
  }

  #open() {
    this.#notice.hide();
    this.#said.textContent = '';
    delete this.#said.dataset.text;
    this.#dialog.showModal();
    this.#refresh();
  }

  async #refresh() {
    await this.#onChange();
    if (this.#dialog.open) await this.#try(() => this.#people.load(this.#server, this.#room));
  }

  #form(/** @type {string} */ selector, /** @type {string} */ words) {
    new SmallForm(required(selector), {
      server: this.#server,
      also: { room: this.#room },
      onDone: () => {
        this.#tell(words);
        return this.#refresh();
      },
    });
  }

  #do(/** @type {string} */ path, /** @type {Record<string, string>} */ fields, /** @type {() => void} */ onDone) {
    return this.#try(async () => {
      await this.#server.post(path, { room: this.#room, ...fields });
      onDone();
      await this.#refresh();
    });
  }

  async #try(/** @type {() => Promise<void>} */ act) {
    try {
      this.#notice.hide();
      await act();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#notice.refuse(error);
    }
  }

  #tell(/** @type {string} */ words, values = {}) {
    say(this.#said, words, values);
  }

  /** What one is typing is left alone. */
  #fill(/** @type {string} */ selector, /** @type {string} */ value) {
    const input = /** @type {HTMLInputElement} */ (required(selector));
    const isTouched = input.value !== input.defaultValue;
    input.defaultValue = value ?? '';
    if (!isTouched) input.value = input.defaultValue;
  }
}
