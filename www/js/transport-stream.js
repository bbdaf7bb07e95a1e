/* transport-stream.js -- the event stream: one answer that does not end.
 *
 * A proxy may keep what it has got of it until there is more. So the headers prove nothing: the first bytes of the
 * body do, which the server sends at once, and later its comment in every 20 s of quiet. */

import { EventText } from './event-text.js';
import { isAboutRoom } from './room-refusal.js';
import { fieldsOf } from './transport-poll.js';
import { openStream, Refusal } from './wire.js';

const SILENCE_MS = 45_000; // two comments that did not come

/** @implements {import('./hold.js').Transport} */
export class StreamTransport {
  async hold({ cursors, signal, onBytes, onNews, onPresence, onSilence }) {
    const fields = [...fieldsOf(cursors), ['presence', '1']];
    const read = await openStream(`/a/message/stream?${new URLSearchParams(fields)}`, signal);
    const text = new EventText();
    let silence = 0;
    try {
      for (let piece; (piece = await read()) !== null; ) {
        clearTimeout(silence);
        silence = setTimeout(onSilence, SILENCE_MS);
        onBytes();
        const events = text.add(piece);
        for (const news of newsOf(events)) onNews(news);
        for (const { type, data } of events) if (type === 'presence') onPresence(JSON.parse(data));
      }
    } finally {
      clearTimeout(silence);
    }
    // The first is said at the beginning. A worker that goes says it again; otherwise somebody else has ended it.
    const [, ...comeBackMs] = text.retries;
    if (!comeBackMs.length) throw new Refusal(0, 'unreachable', 'the stream has ended');
    return comeBackMs.at(-1);
  }
}

/**
 * Neighbours of one room become one piece of news.
 * @returns {import('./hold.js').Heard[]}
 */
function newsOf(/** @type {import('./event-text.js').StreamEvent[]} */ events) {
  const all = [];
  for (const { type, data } of events) {
    const last = all.at(-1);
    const { room, ...rest } = JSON.parse(data);
    // What came with it, and is not handed on, comes again: our cursor stands before it.
    if (type === 'end') throw refusalFrom({ room, ...rest });
    if (type === 'gap' || type === 'reset') all.push({ room, messages: [], [type]: true });
    if (type !== 'message') continue;
    if (last?.room === room) last.messages.push({ room, ...rest });
    else all.push({ room, messages: [{ room, ...rest }] });
  }
  return all;
}

/** Our session has ended, or we may not be in one of the rooms any more. */
function refusalFrom(/** @type {{ reason: string, room?: string }} */ problem) {
  const status = isAboutRoom({ slug: problem.reason }) ? 404 : 401;
  return new Refusal(status, problem.reason, '', 0, problem);
}
