/* side.js -- the column of rooms, which is a sheet that opens and closes where there is no room for a column. */

import { required } from './required.js';

export function startSide() {
  const side = required('#side');
  const opener = required('#side-open');

  const show = (/** @type {boolean} */ isOpen) => {
    side.toggleAttribute('data-open', isOpen);
    opener.setAttribute('aria-expanded', String(isOpen));
  };
  const close = () => {
    const hadFocus = side.contains(document.activeElement);
    show(false);
    if (hadFocus) opener.focus();
  };

  opener.addEventListener('click', () => {
    show(!side.hasAttribute('data-open'));
    if (side.hasAttribute('data-open')) required('#side-title').focus();
  });
  required('#side-close').addEventListener('click', close);
  side.addEventListener('keydown', ({ key }) => key === 'Escape' && side.hasAttribute('data-open') && close());
  document.addEventListener('pointerdown', ({ target }) => {
    const isOutside = ![side, opener].some((each) => each.contains(/** @type {Node} */ (target)));
    if (isOutside) show(false);
  });
}
