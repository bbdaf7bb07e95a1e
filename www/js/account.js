/* account.js -- the account page: who one is, and what can be done about it.
 *
 *     /a/session ---> guest      may sign in, make an account, take another name
 *        ^     |
 *        |     +----> member     sees where he is signed in; may leave, change the password, delete the account
 *        |     |
 *        |     +----> outsider   may sign in or make an account, and nothing else here is for him
 *        |
 *        +--- retry, network --- nobody knows   (the server does not answer)
 *
 * It shows what is for whom by data-for. Where ?next= leads is where one goes on to from here. */

import { AccountForm } from './account-form.js';
import { AccountSessions } from './account-sessions.js';
import { nextFrom } from './next.js';
import { Notice } from './notice.js';
import { startPasswords } from './passwords.js';
import { required } from './required.js';
import { roomOfPath } from './room.js';
import { Session } from './session.js';
import en from './strings-account-en.js';
import zh from './strings-account-zh.js';
import { addStrings, say, switchLanguage, translate } from './strings.js';
import { showWho } from './who.js';
import { Refusal } from './wire.js';

addStrings({ en, zh });
translate();
startPasswords();
required('#language').addEventListener('click', switchLanguage);
required('#no-script').hidden = true;

const next = nextFrom(location.search);
const said = required('#said');
const noAnswer = new Notice(required('#no-answer'));
/** @type {AccountForm[]} */
const forms = [];
let isKnown = false; // who we are
let isLeaving = false;
const session = new Session(() => {
  if (isLeaving) return;
  show();
  if (isKnown) tell('said.changed'); // perhaps in another tab; what is done here says what it was
});
const sessions = new AccountSessions({ session, onSignOut: () => leaving.submit(), onLost: lost });

showTheWayBack();
form('#sign-in', (answer) => enter(answer, 'said.signed-in'));
form('#register', (answer) => enter(answer, 'said.registered'));
form('#rename', (answer) => enter(answer, 'said.renamed'));
form('#password', (answer, itself) => {
  session.become(answer);
  itself.tell('password.done', 'good');
  return sessions.load();
});
const leaving = form('#sign-out', () => leave('said.signed-out'));
form('#sign-out-everywhere', () => leave('said.signed-out.everywhere'));
form('#delete', () => leave('said.deleted'));

required('button', required('#no-answer')).addEventListener('click', look);
window.addEventListener('online', () => session.name || look());
window.addEventListener('pagehide', () => session.rest());
window.addEventListener('pageshow', ({ persisted }) => persisted && comeBack());

session.start();
look();

/**
 * @param {string} selector
 * @param {(answer: any, form: AccountForm) => unknown} onDone
 */
function form(selector, onDone) {
  const made = new AccountForm(required(selector), { session, onDone, onLost: lost });
  forms.push(made);
  return made;
}

/** Asks who we are, and shows what is for us. */
async function look() {
  const before = session.who;
  if ((await findOut()) && session.who === before) show();
}

/** @returns {Promise<boolean>} whether the server has answered; if we are somebody else, what is for us is shown */
async function findOut() {
  try {
    await session.refresh();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.slug !== 'sign-in-required') {
      noAnswer.refuse(error);
      return false;
    }
  }
  isKnown = true;
  noAnswer.hide();
  return true;
}

function show() {
  const { who } = session;
  showFor(who.isAccount ? 'member' : who.name ? 'guest' : 'outsider');
  showWho(required('#who'), who);
  for (const input of document.querySelectorAll('[data-account-name]')) input.defaultValue = who.name;
  say(required('#delete-sure-words'), 'delete.sure', { name: who.name });
  // What somebody has typed is not for the next one.
  for (const each of forms) each.clearIfHidden();
  if (who.isAccount) sessions.load();
  else sessions.forget();
}

function showFor(/** @type {'guest' | 'member' | 'outsider' | 'nobody'} */ whom) {
  for (const element of document.querySelectorAll('[data-for]')) {
    element.hidden = !element.dataset.for.split(' ').includes(whom);
  }
}

/**
 * We have become somebody.
 * @param {any} answer
 * @param {string} words
 */
function enter(answer, words) {
  isLeaving = next !== null;
  session.become(answer);
  if (!next) return tell(words, { name: answer.name });
  location.replace(next.href);
  return new Promise(() => {}); // busy until the page is gone
}

/** We are nobody, of whom the server makes a guest if it has any. */
async function leave(/** @type {string} */ words) {
  if (!(await findOut())) showFor('nobody');
  tell(words);
}

/** The session seems to have ended meanwhile. */
async function lost(/** @type {import('./session.js').Who} */ before) {
  await findOut();
  if (before.isAccount && !session.who.isAccount) tell('said.lost');
}

function tell(/** @type {string} */ words, values = {}) {
  said.hidden = false;
  say(said, words, values);
  // What had the focus may not be there any more.
  const focused = document.activeElement;
  if (focused === document.body || !focused?.getClientRects().length) said.focus();
}

function showTheWayBack() {
  const back = /** @type {HTMLAnchorElement} */ (required('#back'));
  if (!next) return;
  const room = roomOfPath(next.pathname);
  back.href = next.href;
  if (room) say(back, 'account.back.room', { room });
}

function comeBack() {
  session.start();
  look();
}
