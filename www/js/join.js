/* join.js -- the page of an invitation: /join#SECRET.
 *
 * The secret is taken out of the address at once and kept for this tab, so that it does not stay in the history, and is
 * still there when one comes back from making an account. One joins by saying so, not by following a link. */

import { pathToAccount } from './next.js';
import { Notice } from './notice.js';
import { required } from './required.js';
import { pathOfRoom } from './room.js';
import { Server } from './server.js';
import { Session } from './session.js';
import { drawer } from './store.js';
import en from './strings-rooms-en.js';
import zh from './strings-rooms-zh.js';
import { addStrings, switchLanguage, translate } from './strings.js';
import { showWho } from './who.js';
import { Refusal } from './wire.js';

addStrings({ en, zh });
translate();
required('#language').addEventListener('click', switchLanguage);
required('#no-script').hidden = true;

const kept = drawer('sessionStorage', 'invitation');
const notice = new Notice(required('#notice'));
const button = required('#join');
const session = new Session((who) => {
  showWho(required('#who'), who);
  show();
});
const server = new Server(session);

if (location.hash.length > 1) {
  kept.write(location.hash.slice(1));
  history.replaceState(null, '', location.pathname);
}
/** @type {HTMLAnchorElement} */ (required('#account')).href = pathToAccount();
button.addEventListener('click', join);
session.start();
look();
window.addEventListener('online', look);
window.addEventListener('pageshow', ({ persisted }) => persisted && look());
// Another link, followed in this tab.
window.addEventListener('hashchange', () => location.reload());

async function look() {
  try {
    await session.refresh();
    notice.hide();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.slug !== 'sign-in-required') return notice.refuse(error);
  }
  show();
}

function show() {
  const isMember = session.who.isAccount;
  const whom = !kept.read() ? 'nobody' : isMember ? 'member' : 'guest';
  for (const part of document.querySelectorAll('[data-for]')) {
    part.hidden = !part.dataset.for.split(' ').includes(whom);
  }
}

async function join() {
  if (button.getAttribute('aria-disabled') === 'true') return;
  button.setAttribute('aria-disabled', 'true');
  try {
    const { room } = await server.post('/a/room/join', { secret: kept.read() });
    kept.write(null);
    location.replace(pathOfRoom(room));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    notice.refuse(error);
    button.setAttribute('aria-disabled', 'false');
  }
}
