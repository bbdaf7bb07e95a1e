/* feed.js -- what is said in the room, for as long as the page is open.
 *
 *     Line (line.js)    in the tab that leads, for the rooms of all tabs
 *       |  news, state
 *       v
 *     Tabs (tabs.js)    every tab hears it, the leading one too
 *       |
 *       v
 *     Reader (reader.js)    what is ours and new goes to the wall
 *
 * The words that tabs tell each other:
 *
 *     leads                          I hold the line now: who is there?
 *     join    {tab, room, cursor}    I read this room and stand there
 *     joined  {to, cursor, state}    the line stands there in your room; null: it has no place for that room
 *     news    {...}, state {...}     what the line brings, and how it is
 *     presence {...}                 who comes and goes
 *     gone    {room, refusal}        we may not be in that room; who reads it joins no more
 *     leave   {tab}                  I am gone
 *     wake, doubt, suspect           for the line (line.js)
 *
 * A tab joins again whenever it may have missed something, which also shows whether the leading one still answers. */

import { Line } from './line.js';
import { Reader } from './reader.js';
import { isAboutRoom, refusalOf } from './room-refusal.js';
import { Tabs } from './tabs.js';

const ANSWER_MS = 4_000; // who leads and has not answered by then has stopped
const CHECK_MS = 15_000;
const EXPECT_MS = 4_000; // what was stored here and was not brought by then is held back somewhere

/**
 * @typedef {import('./line.js').LineState & { isShared: boolean }} FeedState isShared: another tab holds the line
 *
 * @typedef {{ id: string, room: string, author: string, by: string, body: string, sent_at: string,
 *   client_id: string | null, edited_at?: string, deleted_at?: string, kind?: string, of?: string }} Message with a
 *   `kind`, it changes the one whose id is `of`
 *
 * @typedef {object} News
 * @property {Message[]} messages
 * @property {boolean} gap some before these are missing
 * @property {boolean} reset these are all there is
 * @property {boolean} backlog these were there before we came
 */

export class Feed {
  #room;
  #session;
  #choice;
  #onPresence;
  #onState;
  #reader;
  #tabs;
  /** @type {Line | null} ours, if we lead */
  #line = null;
  /** @type {Map<string, string>} the tabs that our line serves, and their rooms */
  #served = new Map();
  #unanswered = 0;
  #checking = 0;
  #isGone = false; // we may not be in the room

  /**
   * @param {object} to
   * @param {string} to.room
   * @param {import('./session.js').Session} to.session
   * @param {import('./choice.js').Choice} to.choice
   * @param {string} to.family tabs of one family share a line
   * @param {(news: News) => void} to.onNews
   * @param {(presence: import('./hold.js').Presence) => void} to.onPresence
   * @param {(state: FeedState) => void} to.onState
   */
  constructor({ room, session, choice, family, onNews, onPresence, onState }) {
    this.#room = room;
    this.#session = session;
    this.#choice = choice;
    this.#onPresence = onPresence;
    this.#onState = onState;
    this.#reader = new Reader({ room, session, onNews });
    this.#tabs = new Tabs(family, {
      lead: () => this.#lead(),
      step: () => this.#step(),
      word: (word) => this.#hear(word),
    });
  }

  start() {
    this.#tabs.start();
    // First our name, so that our own messages are shown as ours.
    this.#session.token().catch(() => {}).then(() => this.#join());
    this.#checking = setInterval(() => document.hidden || this.#join(), CHECK_MS);
  }

  /** Nobody is there to read: hold nothing until started again. */
  rest() {
    clearInterval(this.#checking);
    clearTimeout(this.#unanswered);
    this.#tabs.tell({ type: 'leave', tab: this.#tabs.id });
    this.#tabs.leave();
  }

  /** Somebody looks: try again now, if we are waiting. */
  wake() {
    if (this.#isGone) return this.#lookAgain();
    this.#reader.wake();
    this.#tabs.tell({ type: 'wake' });
    this.#join();
  }

  /** The network may be gone: find out now instead of at the end of the hold. */
  doubt() {
    this.#tabs.tell({ type: 'doubt' });
  }

  /** This one is stored, so it should be here soon. */
  expect(/** @type {string} */ id) {
    setTimeout(() => this.#reader.has(id) || this.#tabs.tell({ type: 'suspect' }), EXPECT_MS);
  }

  #join() {
    if (this.#isGone) return;
    clearTimeout(this.#unanswered);
    this.#unanswered = setTimeout(() => document.hidden || this.#tabs.takeOver(), ANSWER_MS);
    this.#tabs.tell({ type: 'join', tab: this.#tabs.id, room: this.#room, cursor: this.#reader.cursor });
  }

  #hear(/** @type {any} */ word) {
    const steps = {
      leads: () => this.#join(),
      join: () => this.#line && this.#admit(this.#line, word),
      joined: () => word.to === this.#tabs.id && this.#joined(word),
      news: () => word.room === this.#room && this.#session.name && this.#reader.hear(word),
      presence: () => word.room === this.#room && this.#onPresence(word),
      gone: () => this.#gone(word),
      state: () => this.#show(word.state),
      leave: () => this.#dismiss(word.tab),
      wake: () => this.#line?.wake(),
      doubt: () => this.#line?.doubt(),
      suspect: () => this.#line?.suspect(),
    };
    steps[word.type]?.();
  }

  #lead() {
    const line = new Line({
      session: this.#session,
      choice: this.#choice,
      onNews: (news) => this.#tabs.tell({ type: 'news', ...news }),
      onPresence: (presence) => this.#tabs.tell({ type: 'presence', ...presence }),
      onGone: (room, { status, slug, detail }) => this.#tabs.tell({ type: 'gone', room, refusal: { status, slug, detail } }),
      onState: (state) => this.#tabs.tell({ type: 'state', state }),
    });
    this.#line = line;
    this.#served.clear();
    this.#tabs.tell({ type: 'leads' });
    line.run();
  }

  #step() {
    this.#line?.close();
    this.#line = null;
  }

  #admit(/** @type {Line} */ line, { tab, room, cursor }) {
    const place = line.follow(room, cursor);
    if (place !== null) this.#served.set(tab, room);
    this.#tabs.tell({ type: 'joined', to: tab, cursor: place, state: line.state });
  }

  #dismiss(/** @type {string} */ tab) {
    const room = this.#served.get(tab);
    if (room === undefined) return;
    this.#served.delete(tab);
    if (![...this.#served.values()].includes(room)) this.#line?.drop(room);
  }

  #joined({ cursor, state }) {
    clearTimeout(this.#unanswered);
    if (cursor === null) return this.#tabs.standAlone();
    this.#reader.meet(cursor);
    this.#show(state);
  }

  #gone({ room, refusal }) {
    for (const [tab, theirs] of this.#served) if (theirs === room) this.#served.delete(tab);
    if (room !== this.#room) return;
    clearTimeout(this.#unanswered);
    this.#isGone = true;
    this.#onState({ name: 'refused', way: this.#choice.way, refusal, isShared: !this.#tabs.isLeading });
  }

  async #lookAgain() {
    const refusal = await refusalOf(this.#room);
    if (!this.#isGone || (refusal && (isAboutRoom(refusal) || refusal.isPassing))) return;
    this.#isGone = false;
    this.#join();
  }

  #show(/** @type {import('./line.js').LineState} */ state) {
    if (this.#isGone) return;
    const isShared = !this.#tabs.isLeading;
    if (isShared && state.name === 'live') {
      this.#choice.note(state.way);
      if (!this.#session.name) this.#session.refresh().catch(() => {});
    }
    this.#onState({ ...state, isShared });
  }
}
