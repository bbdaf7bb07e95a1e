/* account-form.js -- one form of the account page.
 *
 *     typing ---submit---> under way ---answered---> done
 *       ^  ^                  |   |
 *       |  +---- refused -----+   +--- we are somebody else by now ---> lost
 *       |
 *       +--- something is missing
 *
 * What was typed stays until it has been taken. A refusal is told at the field that it is about. */

import { blameField, clearField, missingOf, watchField } from './field.js';
import { Notice } from './notice.js';
import { hidePasswords } from './passwords.js';
import { required } from './required.js';
import { reasonOf, say, text } from './strings.js';
import { Refusal } from './wire.js';

export class AccountForm {
  #form;
  #session;
  #events;
  /** @type {HTMLButtonElement} */
  #button;
  #buttonKey;
  #notice;
  #isBusy = false;

  /**
   * @param {HTMLFormElement} form
   * @param {object} to
   * @param {import('./session.js').Session} to.session
   * @param {(answer: any, form: AccountForm) => unknown} to.onDone busy until the promise, if it is one, is kept
   * @param {(before: import('./session.js').Who) => unknown} to.onLost we may not be who we were
   */
  constructor(form, { session, onDone, onLost }) {
    this.#form = form;
    this.#session = session;
    this.#events = { onDone, onLost };
    this.#button = required('[type=submit]', form);
    this.#buttonKey = this.#button.dataset.text ?? '';
    this.#notice = new Notice(required('[data-notice]', form));
    for (const input of this.#fields()) watchField(input);
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#button.disabled = false;
  }

  submit() {
    this.#form.requestSubmit();
  }

  /**
   * @param {string} key
   * @param {'good' | 'bad'} tone
   */
  tell(key, tone) {
    this.#notice.tell(key, tone);
  }

  /** Nothing of what was typed is left, if nobody sees it. */
  clearIfHidden() {
    if (this.#form.getClientRects().length) return;
    this.#form.reset();
    this.#notice.hide();
    for (const input of this.#fields()) clearField(input);
  }

  async #submit() {
    if (this.#isBusy) return;
    this.#notice.hide();
    hidePasswords(this.#form);
    if (this.#hasGaps()) return;
    this.#setBusy(true);
    const before = this.#session.who;
    try {
      const answer = await this.#send(before);
      this.#form.reset();
      await this.#events.onDone(answer, this);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      await this.#refused(error, before);
    } finally {
      this.#setBusy(false);
    }
  }

  async #send(/** @type {import('./session.js').Who} */ before, again = false) {
    try {
      return await this.#session.change(this.#form.getAttribute('action') ?? '', this.#values());
    } catch (error) {
      if (again || !isOldSession(error)) throw error;
      await this.#session.refresh();
      // In the name of an account only for that account; one guest is like another.
      const { who } = this.#session;
      if (who.isAccount !== before.isAccount || (who.isAccount && who.name !== before.name)) throw error;
      return this.#send(before, true);
    }
  }

  #refused(/** @type {Refusal} */ refusal, /** @type {import('./session.js').Who} */ before) {
    const { status, slug } = refusal;
    const isLost = status === 401 || slug === 'name-is-fixed';
    const input = isLost ? null : this.#inputFor(slug);
    if (input) return this.#blame(input, refusal);
    this.#notice.refuse(refusal);
    return isLost ? this.#events.onLost(before) : undefined;
  }

  #blame(/** @type {HTMLInputElement} */ input, /** @type {Refusal} */ refusal) {
    const isOnlyPassword = refusal.slug === 'credentials-wrong' && !this.#form.elements.namedItem('name');
    blameField(input, () => (isOnlyPassword ? text('password.wrong') : reasonOf(refusal)));
    input.focus();
  }

  /** @returns {HTMLInputElement | null} the one that the refusal is about */
  #inputFor(/** @type {string} */ slug) {
    const named = (/** @type {string} */ name) => this.#form.elements.namedItem(name);
    if (slug === 'credentials-wrong') return named('password');
    if (slug.startsWith('password-')) return named('new_password') ?? named('password');
    return slug.startsWith('name-') ? named('name') : null;
  }

  #hasGaps() {
    const gaps = this.#fields().filter((input) => input.validity.valueMissing);
    for (const input of this.#fields()) clearField(input);
    for (const input of gaps) blameField(input, () => text(missingOf(input)));
    gaps[0]?.focus();
    return gaps.length > 0;
  }

  #setBusy(/** @type {boolean} */ isBusy) {
    this.#isBusy = isBusy;
    // Not `disabled`, which would take the focus away from it.
    this.#button.setAttribute('aria-disabled', String(isBusy));
    say(this.#button, isBusy ? 'busy' : this.#buttonKey);
  }

  #values() {
    const inputs = [...this.#form.querySelectorAll('input[name]:not([data-stays-here])')];
    return Object.fromEntries(inputs.map(({ name, value }) => [name, value]));
  }

  /** @returns {HTMLInputElement[]} those that one fills in */
  #fields() {
    return [...this.#form.querySelectorAll('.field input')];
  }
}

function isOldSession(/** @type {any} */ { slug }) {
  return slug === 'xsrf-mismatch' || slug === 'session-ended' || slug === 'sign-in-required';
}
