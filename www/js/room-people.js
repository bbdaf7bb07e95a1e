/* room-people.js -- who is in a closed room. */

import { fillList } from './keyed-list.js';
import { fillPerson } from './person-line.js';
import { required } from './required.js';

export class RoomPeople {
  #members = required('#members');
  #onDeed;

  /** @param {(deed: 'remove' | 'hand-over', whom: { person: string, name: string }) => unknown} onDeed */
  constructor(onDeed) {
    this.#onDeed = onDeed;
  }

  show(/** @type {import('./room-head.js').About} */ { me, archived, members = [] }) {
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

  #deeds(/** @type {('remove' | 'hand-over')[]} */ deeds, /** @type {{ person: string, name: string }} */ whom) {
    return deeds.map((deed) => ({
      key: `room.${deed}`,
      isGrave: true,
      act: () => this.#onDeed(deed, whom),
    }));
  }
}
