/* rooms.js -- what the wall has beside its messages: the rooms, those whom one knows, and what there is to say of the
 * room that it shows.
 *
 * Nobody tells us when one of these changes elsewhere, but for who is here. So the server is asked when the page is
 * looked at again, and every minute while it is. */

import { Contacts } from './contacts.js';
import { Deeds } from './deeds.js';
import { Here } from './here.js';
import { pathToAccount } from './next.js';
import { ReadMarker } from './read-marker.js';
import { required } from './required.js';
import { RoomHead } from './room-head.js';
import { startRoomForm } from './room-form.js';
import { isClosed, pathOfRoom } from './room.js';
import { RoomSettings } from './room-settings.js';
import { RoomsPanel } from './rooms-panel.js';
import { Server } from './server.js';
import { startSide } from './side.js';
import { SmallForm } from './small-form.js';
import { Typing } from './typing.js';

const REFRESH_MS = 60_000;

export class Rooms {
  #contacts;
  #deeds;
  #head;
  #here;
  #marker;
  #panel;
  #typing;
  #isMember = false; // has an account

  /**
   * @param {object} to
   * @param {string} to.room the one that the page shows
   * @param {import('./session.js').Session} to.session
   * @param {(title: string) => void} to.onTitle the room is called that
   * @param {(change: import('./feed.js').Message) => void} to.onChange we have changed a message
   */
  constructor({ room, session, onTitle, onChange }) {
    const server = new Server(session);
    const settings = new RoomSettings({ room, server, onChange: () => this.#lookAtRooms() });
    this.#contacts = new Contacts(server);
    this.#deeds = new Deeds({
      room,
      server,
      onChange: (change) => {
        onChange(change);
        this.#deeds.offer();
      },
    });
    this.#here = new Here({ room, server });
    this.#marker = new ReadMarker({ room, server });
    this.#panel = new RoomsPanel({ room, server });
    this.#typing = new Typing({ room, server, session });
    this.#head = new RoomHead({
      room,
      server,
      onKnown: (about) => {
        settings.know(about);
        this.#deeds.moderate(about.me === 'owner' || about.me === 'admin');
        if (isClosed(room)) onTitle(about.title);
      },
    });
    new SmallForm(required('#room-new'), { server, onDone: (made) => location.assign(pathOfRoom(made.room)) });
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
    this.#marker.become(isAccount);
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

  /** What was said, and is shown. */
  said(/** @type {import('./feed.js').Message[]} */ messages) {
    this.#typing.said(messages);
    this.#deeds.offer();
    const newest = messages.at(-1);
    if (newest) this.#marker.shown(newest.id);
  }

  /** Somebody looks at the page: what it shows should be true. */
  look() {
    if (document.hidden) return;
    this.#here.look();
    this.#marker.look();
    this.#lookAtRooms();
    if (this.#isMember) this.#contacts.load();
  }

  #lookAtRooms() {
    return Promise.all([this.#head.load(), this.#panel.load()]);
  }
}
