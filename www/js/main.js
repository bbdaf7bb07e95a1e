/* main.js -- the wall page: which parts there are, and who tells whom.
 *
 *     composer --text--> outbox --/a/message/new-------> server
 *                          |                               |
 *                          v                               v
 *                        wall <--messages-- feed <--/ws, /a/message/stream or /a/message/updates
 *                                             |
 *                        connection <--state--+ */

import { Choice, wayFrom } from './choice.js';
import { Composer } from './composer.js';
import { Connection } from './connection.js';
import { Feed } from './feed.js';
import { Outbox } from './outbox.js';
import { required } from './required.js';
import { roomFromPath } from './room.js';
import { startRoomForm } from './room-form.js';
import { ScrollKeeper } from './scroll.js';
import { Session } from './session.js';
import { drawer } from './store.js';
import { reasonOf, say, switchLanguage, translate } from './strings.js';
import { Unread } from './unread.js';
import { Wall } from './wall.js';

translate();
startRoomForm();
required('#language').addEventListener('click', switchLanguage);
required('#no-script').hidden = true;

enter(roomFromPath(location.pathname));

/** @param {string} room */
function enter(room) {
  required('#room').textContent = room;
  const unread = new Unread(`#${room} · Holdline`);
  const scroll = new ScrollKeeper();
  const wall = new Wall();
  const session = new Session((name) => {
    wall.ownName = name;
    say(required('#own-name'), 'compose.as', { name });
  });

  const composer = new Composer({
    room,
    draft: drawer('sessionStorage', `draft.${room}`),
    onSend(body) {
      outbox.add(body);
      scroll.toEnd(); // to what one has just said
    },
  });

  const outbox = new Outbox({
    room,
    session,
    drawer: drawer('sessionStorage', `outbox.${room}`),
    onChange(entry) {
      if (isForTheWriter(entry) && composer.giveBack(entry.body, () => reasonOf(entry.refusal))) {
        return drop(entry.client_id);
      }
      wall.showUnsent(entry);
    },
    onStored(entry, message) {
      wall.confirm(entry.client_id, message);
      feed.expect(message.id);
    },
  });

  const connection = new Connection(() => feed.wake());

  const forced = wayFrom(location.search);
  const choice = new Choice(forced, drawer('sessionStorage', 'way'));
  const feed = new Feed({
    room,
    session,
    choice,
    family: forced ?? 'any',
    onNews: (news) => scroll.around(() => {
      const count = wall.show(news, (clientId) => outbox.forget(clientId));
      unread.add(count);
      return count;
    }),
    onState(state) {
      connection.show(state);
      if (state.name !== 'live') return;
      wall.tidy();
      outbox.wake();
    },
  });

  function drop(/** @type {string} */ clientId) {
    outbox.forget(clientId);
    wall.dropUnsent(clientId);
  }

  required('#unsent').addEventListener('click', (event) => {
    const button = /** @type {Element} */ (event.target).closest('button');
    const clientId = button?.closest('li')?.dataset.clientId;
    if (!button || !clientId) return;
    if (button.dataset.do === 'resend') outbox.resend(clientId);
    else drop(clientId);
    composer.focus();
  });

  const tryNow = () => {
    feed.wake();
    outbox.wake();
  };
  window.addEventListener('online', () => {
    choice.startAnew();
    tryNow();
  });
  window.addEventListener('offline', () => feed.doubt());
  // A page that was left may live on, frozen, for the "back" button, and its line with it.
  window.addEventListener('pagehide', () => feed.rest());
  window.addEventListener('pageshow', (event) => event.persisted && feed.start());
  document.addEventListener('visibilitychange', () => document.hidden || tryNow());

  outbox.start();
  feed.start();
}

/** Refused for what it says, so that only its writer can mend it; sending it again would change nothing. */
function isForTheWriter(/** @type {import('./outbox.js').Entry} */ { state, refusal }) {
  return state === 'failed' && refusal !== null && refusal.status >= 400 && refusal.status < 500;
}
