/* invite-link.js -- a link with which one joins a private room. Its secret stands after the #, so that it is sent to no
 * server but in the form of the page /join. */

import { required } from './required.js';
import { locale, say } from './strings.js';
import { SmallForm } from './small-form.js';

/** @param {{ room: string, server: import('./server.js').Server }} to */
export function startInviteLink({ room, server }) {
  const address = /** @type {HTMLInputElement} */ (required('#link-address'));
  const copy = required('#link-copy');
  const until = required('#link-until');

  new SmallForm(required('#link'), {
    server,
    also: { room },
    onDone({ secret, expires_at }) {
      address.value = `${location.origin}/join#${secret}`;
      required('#link-made').hidden = false;
      say(until, 'room.link.until', {
        time: () => new Date(expires_at).toLocaleString(locale(), { dateStyle: 'medium', timeStyle: 'short' }),
      });
      address.focus();
      address.select();
    },
  });

  copy.addEventListener('click', async () => {
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
      say(until, 'room.link.copied');
    } catch {
      address.focus(); // it is selected: the keyboard copies it
    }
  });
}
