/* edit-form.js -- the text of a message in a field, in its place, until it is saved or left as it was. */

import { Notice } from './notice.js';
import { required } from './required.js';
import { translate } from './strings.js';
import { Refusal } from './wire.js';

/**
 * @param {HTMLLIElement} li
 * @param {object} to
 * @param {(body: string) => Promise<void>} to.save
 * @param {() => void} to.onEnd
 */
export function startEdit(li, { save, onEnd }) {
  const { content } = /** @type {HTMLTemplateElement} */ (required('#edit'));
  const form = /** @type {HTMLFormElement} */ (required('form', content).cloneNode(true));
  const field = /** @type {HTMLTextAreaElement} */ (required('textarea', form));
  const notice = new Notice(required('[data-notice]', form));
  const before = required('[data-body]', li).textContent ?? '';
  let isBusy = false;

  const end = () => {
    form.remove();
    onEnd();
  };

  async function submit() {
    const body = field.value.replace(/\r\n?/g, '\n').trim();
    if (isBusy) return;
    if (body === before) return end();
    isBusy = true;
    try {
      await save(body);
      end();
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      notice.refuse(error);
      field.focus();
    } finally {
      isBusy = false;
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
  });
  form.addEventListener('input', () => notice.hide());
  form.addEventListener('keydown', (event) => {
    // While an input method composes, these keys are its own.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === 'Escape') end();
    if (event.key !== 'Enter' || event.shiftKey || event.target !== field) return;
    event.preventDefault();
    submit();
  });
  required('[data-cancel]', form).addEventListener('click', end);

  required('[data-body]', li).after(form);
  translate(form);
  field.value = before;
  field.focus();
  field.setSelectionRange(before.length, before.length);
}
