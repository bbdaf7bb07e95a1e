/* room-form.js -- the way to a public room by its name. */

import { required } from './required.js';
import { pathOfRoom, roomFromTyped } from './room.js';
import { text } from './strings.js';

/** Makes the form go where it says. */
export function startRoomForm() {
  const form = /** @type {HTMLFormElement} */ (required('#go'));
  const field = /** @type {HTMLInputElement} */ (required('input', form));

  field.addEventListener('input', () => field.setCustomValidity(''));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const room = roomFromTyped(field.value);
    if (room) return location.assign(pathOfRoom(room));
    field.setCustomValidity(text('rooms.invalid'));
    field.reportValidity();
  });
}
