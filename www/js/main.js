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
import { pathToAccount } from './next.js';
import { Outbox } from './outbox.js';
import { required } from './required.js';
import { isClosed, roomFromPath } from './room.js';
import { Rooms } from './rooms.js';
import { ScrollKeeper } from './scroll.js';
import { Session } from './session.js';
import { drawer } from './store.js';
import en from './strings-rooms-en.js';
import zh from './strings-rooms-zh.js';
import { addStrings, reasonOf, say, switchLanguage, translate } from './strings.js';
import { cameIn, turnAway } from './turned-away.js';
import { Unread } from './unread.js';
import { Wall } from './wall.js';
import { showWho } from './who.js';

addStrings({ en, zh });
translate();
required('#language').addEventListener('click', switchLanguage);
required('#no-script').hidden = true;

enter(roomFromPath(location.pathname));

/** @param {string} room */
function enter(room) {
  const unread = new Unread(isClosed(room) ? 'Holdline' : `#${room} · Holdline`);
  const scroll = new ScrollKeeper();
  const wall = new Wall();
  let isRefused = false;
  const account = /** @type {HTMLAnchorElement} */ (required('#who'));
  account.href = pathToAccount();
  const session = new Session((who, before) => {
    wall.ownName = who.name;
    showWho(account, who);
    required('#own-name').hidden = !who.name;
    say(required('#own-name'), 'compose.as', { name: who.name });
    if (before.isAccount && who.name && !who.isAccount) composer.tell('compose.signed-out', { name: who.name });
    rooms.become(who);
    if (isRefused) feed.wake(); // perhaps he may, now that he has signed in
  });

  const rooms = new Rooms({
    room,
    session,
    onTitle: (title) => unread.call(`${title} · Holdline`),
    onChange: (change) => wall.amend(change),
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
      // Whoever said it, it was not we: the session has ended and we have not heard of it.
      if (message.author !== session.name) session.refresh().catch(() => {});
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
      rooms.said(news.messages);
      return count;
    }),
    onPresence: (presence) => rooms.hear(presence),
    onState(state) {
      connection.show(state);
      rooms.lineIs(state);
      isRefused = state.name === 'refused';
      if (state.refusal?.slug === 'sign-in-required') turnAway();
      if (state.name !== 'live') return;
      cameIn();
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
    rooms.look();
    outbox.wake();
  };
  window.addEventListener('online', () => {
    choice.startAnew();
    tryNow();
  });
  window.addEventListener('offline', () => feed.doubt());
  // A page that was left may live on, frozen, for the "back" button, and its line with it.
  window.addEventListener('pagehide', () => {
    feed.rest();
    session.rest();
  });
  window.addEventListener('pageshow', ({ persisted }) => persisted && comeBack());
  document.addEventListener('visibilitychange', () => document.hidden || tryNow());

  outbox.start();
  session.start();
  feed.start();

  function comeBack() {
    session.start();
    session.refresh().catch(() => {}); // we may have been somewhere else to sign in
    feed.start();
  }
}

/** Refused for what it says, so that only its writer can mend it; sending it again would change nothing. */
function isForTheWriter(/** @type {import('./outbox.js').Entry} */ { state, refusal }) {
  return state === 'failed' && refusal !== null && refusal.status >= 400 && refusal.status < 500;
}
