/* event-text.js -- the text of an event stream, taken apart (the HTML standard, 9.2.6).
 *
 * Not the browser's own EventSource: that one shows neither comments nor the opening event nor a refusal, so a stream
 * that a proxy keeps to itself looks to it like one on which nothing is said. */

/**
 * @typedef {{ type: string, data: string }} StreamEvent
 */

export class EventText {
  #rest = '';
  #type = '';
  /** @type {string[]} */
  #data = [];
  /** @type {number[]} each `retry:` that was said, in milliseconds */
  retries = [];

  /**
   * @param {string} text as it came, cut anywhere
   * @returns {StreamEvent[]} those that are whole now
   */
  add(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    const events = [];
    for (const line of lines) {
      if (line !== '' && line !== '\r') this.#take(line);
      else if (this.#data.length) events.push(this.#event());
      else this.#type = '';
    }
    return events;
  }

  #take(/** @type {string} */ line) {
    const [, name, value] = line.match(/^([^:\r]*):? ?([^\r]*)/) ?? [];
    if (name === 'data') this.#data.push(value);
    else if (name === 'event') this.#type = value;
    else if (name === 'retry' && /^\d+$/.test(value)) this.retries.push(Number(value));
  }

  #event() {
    const event = { type: this.#type || 'message', data: this.#data.join('\n') };
    this.#type = '';
    this.#data = [];
    return event;
  }
}
