/* room-people.js -- who is in a closed room, and who may not be in a room for a time. */

import { fillList } from './keyed-list.js';
import { fillPerson } from './person-line.js';
import { required } from './required.js';
import { locale } from './strings.js';

/** @typedef {{ person: string, name: string, kind: 'mute' | 'ban', until: string }} Sanction */

export class RoomPeople {
  #members = required('#members');
  #sanctions = required('#sanctions');
  #box = required('#sanctions-box');
  #mayModerate = false;
  #onDeed;

  /** @param {(deed: 'remove' | 'hand-over' | 'pardon', whom: { person: string, name: string }) => unknown} onDeed */
  constructor(onDeed) {
    this.#onDeed = onDeed;
  }

  show(/** @type {import('./room-head.js').About} */ { me, archived, members = [] }) {
    this.#mayModerate = me === 'owner' || me === 'admin';
    if (!this.#mayModerate) this.#box.hidden = true;
    const isOurs = me === 'owner' && !archived;
    fillList(this.#members, members, {
      template: 'person-line',
      key: ({ person }) => person,
      fill: (li, { person, name, owner, invited }) => fillPerson(li, {
        name,
        what: owner ? { key: 'room.owner' } : invited ? { key: 'room.invited' } : null,
        deeds: isOurs && !owner ? this.#deeds(invited ? ['remove'] : ['hand-over', 'remove'], { person, name }) : [],
      }),
    });
  }

  /** Asks the server who is muted and banned, if that is for us. */
  async load(/** @type {import('./server.js').Server} */ server, /** @type {string} */ room) {
    if (!this.#mayModerate) return;
    const { sanctions } = await server.get('/a/room/sanctions', { room });
    this.#box.hidden = sanctions.length === 0;
    fillList(this.#sanctions, /** @type {Sanction[]} */ (sanctions), {
      template: 'person-line',
      key: ({ person, kind }) => `${person} ${kind}`,
      fill: (li, { person, name, kind, until }) => fillPerson(li, {
        name,
        what: { key: `room.${kind}`, values: { time: () => timeOf(until) } },
        deeds: this.#deeds(['pardon'], { person, name }),
      }),
    });
  }

  #deeds(/** @type {('remove' | 'hand-over' | 'pardon')[]} */ deeds, /** @type {{ person: string, name: string }} */ whom) {
    return deeds.map((deed) => ({
      key: `room.${deed}`,
      isGrave: deed !== 'pardon',
      act: () => this.#onDeed(deed, whom),
    }));
  }
}

function timeOf(/** @type {string} */ at) {
  return new Date(at).toLocaleString(locale(), { dateStyle: 'short', timeStyle: 'short' });
}
