/* rooms.js -- what the wall has beside its messages: the rooms, and those whom one knows.
 *
 * Nobody tells us when one of these changes elsewhere. So the server is asked when the page is looked at again, and
 * every minute while it is. */

import { Contacts } from './contacts.js';
import { pathToAccount } from './next.js';
import { required } from './required.js';
import { startRoomForm } from './room-form.js';
import { Server } from './server.js';
import { startSide } from './side.js';

const REFRESH_MS = 60_000;

export class Rooms {
  #contacts;
  #isMember = false; // has an account

  /** @param {{ session: import('./session.js').Session }} to */
  constructor({ session }) {
    this.#contacts = new Contacts(new Server(session));
    startSide();
    startRoomForm();
    /** @type {HTMLAnchorElement} */ (required('#side-account')).href = pathToAccount();
    setInterval(() => this.look(), REFRESH_MS);
  }

  /** We are somebody else. */
  become(/** @type {import('./session.js').Who} */ { name, isAccount }) {
    this.#isMember = isAccount;
    for (const part of required('#side').querySelectorAll('[data-for]')) {
      part.hidden = part.dataset.for !== (isAccount ? 'account' : 'guest') || !name;
    }
    this.#contacts.forget();
    this.look();
  }

  /** Somebody looks at the page: what it shows should be true. */
  look() {
    if (document.hidden) return;
    if (this.#isMember) this.#contacts.load();
  }
}
