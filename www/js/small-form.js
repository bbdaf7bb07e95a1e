/* small-form.js -- a form that asks the server for one thing, at its action.
 *
 * What was typed stays until it has been taken; why it was not is said in the form's own notice. */

import { Notice } from './notice.js';
import { required } from './required.js';
import { Refusal } from './wire.js';

export class SmallForm {
  #form;
  #server;
  #also;
  #onDone;
  #notice;
  #isBusy = false;

  /**
   * @param {HTMLFormElement} form
   * @param {object} to
   * @param {import('./server.js').Server} to.server
   * @param {(answer: any) => unknown} to.onDone
   * @param {Record<string, string>} [to.also] fields that nobody types
   */
  constructor(form, { server, onDone, also = {} }) {
    this.#form = form;
    this.#server = server;
    this.#onDone = onDone;
    this.#also = also;
    this.#notice = new Notice(required('[data-notice]', form));
    form.addEventListener('input', () => this.#notice.hide());
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#submit();
    });
  }

  async #submit() {
    if (this.#isBusy) return;
    const empty = this.#inputs().find((input) => input.required && !input.value.trim());
    if (empty) return this.#refuse(new Refusal(400, 'field-missing'), empty);
    this.#setBusy(true);
    try {
      const typed = Object.fromEntries(this.#inputs().map(({ name, value }) => [name, value]));
      const answer = await this.#server.post(this.#form.getAttribute('action') ?? '', { ...this.#also, ...typed });
      this.#notice.hide();
      this.#form.reset();
      await this.#onDone(answer);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      this.#refuse(error, this.#inputs()[0]);
    } finally {
      this.#setBusy(false);
    }
  }

  #refuse(/** @type {Refusal} */ refusal, /** @type {HTMLInputElement | undefined} */ input) {
    this.#notice.refuse(refusal);
    input?.focus();
  }

  #setBusy(/** @type {boolean} */ isBusy) {
    this.#isBusy = isBusy;
    // Not `disabled`, which would take the focus away from it.
    required('[type=submit]', this.#form).setAttribute('aria-disabled', String(isBusy));
  }

  /** @returns {HTMLInputElement[]} those that one fills in */
  #inputs() {
    return [...this.#form.querySelectorAll('input:not([data-stays-here])')];
  }
}
