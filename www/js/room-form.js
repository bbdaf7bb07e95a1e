/* room-form.js -- the way to another room. */

import { required } from './required.js';
import { pathOfRoom, roomFromTyped } from './room.js';
import { text } from './strings.js';

/** Makes the form in the header go where it says. */
export function startRoomForm() {
  const menu = /** @type {HTMLDetailsElement} */ (required('#rooms'));
  const form = /** @type {HTMLFormElement} */ (required('form', menu));
  const field = /** @type {HTMLInputElement} */ (required('input', form));

  field.addEventListener('input', () => field.setCustomValidity(''));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const room = roomFromTyped(field.value);
    if (room) return location.assign(pathOfRoom(room));
    field.setCustomValidity(text('rooms.invalid'));
    field.reportValidity();
  });

  menu.addEventListener('toggle', () => menu.open && field.focus());
  menu.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    menu.open = false;
    required('summary', menu).focus();
  });
  document.addEventListener('click', (event) => {
    if (!menu.contains(/** @type {Node} */ (event.target))) menu.open = false;
  });
}
