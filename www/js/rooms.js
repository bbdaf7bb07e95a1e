/* rooms.js -- what the wall has beside its messages: the rooms, and those whom one knows.
 *
 * Nobody tells us when one of these changes elsewhere. So the server is asked when the page is looked at again, and
 * every minute while it is. */

import { Contacts } from './contacts.js';
import { Here } from './here.js';
import { pathToAccount } from './next.js';
import { required } from './required.js';
import { startRoomForm } from './room-form.js';
import { Server } from './server.js';
import { startSide } from './side.js';
import { Typing } from './typing.js';

const REFRESH_MS = 60_000;

export class Rooms {
  #contacts;
  #here;
  #typing;
  #isMember = false; // has an account

  /**
   * @param {object} to
   * @param {string} to.room the one that the page shows
   * @param {import('./session.js').Session} to.session
   */
  constructor({ room, session }) {
    const server = new Server(session);
    this.#contacts = new Contacts(server);
    this.#here = new Here({ room, server });
    this.#typing = new Typing({ room, server, session });
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

  /** How the line is. */
  lineIs(/** @type {import('./feed.js').FeedState} */ state) {
    this.#here.lineIs(state);
  }

  /** Who comes and goes, or writes. */
  hear(/** @type {import('./hold.js').Presence} */ presence) {
    this.#here.hear(presence);
    this.#typing.hear(presence);
  }

  /** What was said. */
  said(/** @type {import('./feed.js').Message[]} */ messages) {
    this.#typing.said(messages);
  }

  /** Somebody looks at the page: what it shows should be true. */
  look() {
    if (document.hidden) return;
    this.#here.look();
    if (this.#isMember) this.#contacts.load();
  }
}
