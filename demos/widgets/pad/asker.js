// Questions about what is on the pad: never two at once, never an answer to a pad that was wiped since.

const SLOW = 400; // ms without an answer until the pad says that it waits
const FRAME = 1000 / 60; // ms
const RETRY = 2000; // ms until a picture that found no server is sent again

/**
 * Ask for one answer at a time, always about the newest picture, at most once a frame: at once where nothing is under way.
 * What read(picture, early) gives to early() is shown before the answer itself.
 */
export function createAsker({ picture, read, show, busy, failed }) {
  let waiting = false;
  let stale = false;
  let era = 0; // counts wiped pads: an answer from before the wipe is dropped
  let last = -FRAME; // when it was asked last

  async function send() {
    if (waiting || !stale) return;
    const asked = era;
    stale = false;
    waiting = true;
    last = performance.now();
    const slow = setTimeout(() => busy(true), SLOW);
    const early = (part) => asked === era && show(part);
    const answer = await Promise.resolve(read(picture(), early)).catch(() => undefined);
    clearTimeout(slow);
    busy(false);
    waiting = false;
    if (asked === era) {
      if (answer === undefined) setTimeout(() => asked === era && ask(), RETRY);
      answer === undefined ? failed() : show(answer);
    }
    if (stale) soon();
  }

  /** When whoever asks is done, all points of one movement drawn; a frame after the last question at the earliest. */
  function soon() {
    const rest = last + FRAME - performance.now();
    rest > 0 ? setTimeout(send, rest) : queueMicrotask(send);
  }

  function ask() {
    stale = true;
    if (!waiting) soon();
  }

  function forget() {
    era += 1;
    stale = false;
  }
  return { ask, forget };
}
