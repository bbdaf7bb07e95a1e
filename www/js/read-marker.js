/* read-marker.js -- tells the server how far we have read the room, so that its list of rooms counts what we have not.
 *
 * Read is what has stood on a page that somebody looked at. It is told a moment later, once for all that came in it. */

const PAUSE_MS = 2_000;

export class ReadMarker {
  #room;
  #server;
  #isMember = false; // guests have no markers
  #cursor = '';
  #told = '';
  #timer = 0;

  /**
   * @param {object} to
   * @param {string} to.room
   * @param {import('./server.js').Server} to.server
   */
  constructor({ room, server }) {
    this.#room = room;
    this.#server = server;
  }

  become(/** @type {boolean} */ isMember) {
    this.#isMember = isMember;
    this.#told = '';
    this.look();
  }

  /** This is the newest that is shown. */
  shown(/** @type {string} */ cursor) {
    this.#cursor = cursor;
    this.look();
  }

  /** Somebody looks at the page. */
  look() {
    if (!document.hidden && this.#isMember && this.#cursor !== this.#told) {
      this.#timer ||= setTimeout(() => this.#tell(), PAUSE_MS);
    }
  }

  #tell() {
    this.#timer = 0;
    const cursor = this.#cursor;
    if (document.hidden || !this.#isMember || cursor === this.#told) return;
    this.#told = cursor;
    // If it does not arrive, the next one says as much.
    this.#server.post('/a/room/read', { room: this.#room, cursor }).catch(() => {});
  }
}
