/* sure.js -- a button for what cannot be undone: it asks once more, and means it when it is pressed again. */

import { say } from './strings.js';

const ASKS_MS = 6_000;

/**
 * @param {HTMLElement} button
 * @param {() => unknown} act
 */
export function whenSure(button, act) {
  const key = button.dataset.text ?? '';
  let timer = 0;
  const rest = () => {
    clearTimeout(timer);
    timer = 0;
    say(button, key);
  };
  button.addEventListener('click', () => {
    if (timer) {
      rest();
      act();
      return;
    }
    say(button, 'room.sure');
    timer = setTimeout(rest, ASKS_MS);
  });
  button.addEventListener('blur', () => timer && rest());
}
