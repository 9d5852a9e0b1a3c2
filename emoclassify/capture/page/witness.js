// What the page sees while a film runs: which frame of it was shown when, and when the page was not in view.
const FRAME_EVERY_S = 0.25;
const JUMP_S = 0.04;
const EVENTS = ["playing", "waiting", "stalled", "seeked", "pause", "ended"];

export const page_s = () => performance.now() / 1000;

export class Witness {
  constructor(film) {
    this.film = film;
    this.witness = { version: 1, ticks: [], chirps: [], films: [], hidden: [], events: [] };
    this.hiddenSince_s = null;
    this.listen();
  }

  listen() {
    for (const name of EVENTS) this.film.addEventListener(name, () => this.note(name));
    for (const name of ["blur", "focus"]) window.addEventListener(name, () => this.note(name));
    document.addEventListener("visibilitychange", () => this.look());
  }

  note(name) {
    this.witness.events.push([page_s(), name]);
  }

  look() {
    this.note(document.visibilityState);
    if (document.hidden) {
      this.hiddenSince_s ??= page_s();
    } else if (this.hiddenSince_s !== null) {
      this.witness.hidden.push([this.hiddenSince_s, page_s()]);
      this.hiddenSince_s = null;
    }
  }

  // Plays a film to its end. An heir may mark its beginning, each frame of it, and its end.
  play(id) {
    const seen = { id, frames: [], ended: false };
    this.witness.films.push(seen);
    this.begun(id);
    const onFrame = (shown_s, film_s) => {
      const last = seen.frames.at(-1);
      const isDue = !last || film_s - last[1] >= FRAME_EVERY_S;
      const hasJumped = last && Math.abs(shown_s - last[0] - (film_s - last[1])) > JUMP_S;
      if (isDue || hasJumped) seen.frames.push([shown_s, film_s]);
      this.atFrame(id, film_s);
    };
    this.watch(seen, onFrame);
    return new Promise((resolve, reject) => {
      this.film.onended = () => {
        seen.ended = true;
        this.over(id);
        resolve();
      };
      this.film.onerror = () => reject(new Error(this.film.error?.message ?? "film"));
      this.film.play().catch(reject);
    });
  }

  begun() {}

  atFrame() {}

  over() {}

  // Tells of each frame that is shown: the page's time, and the film's.
  watch(seen, onFrame) {
    const hasFrames = "requestVideoFrameCallback" in HTMLVideoElement.prototype;
    const next = () => {
      if (seen.ended) return;
      if (hasFrames) {
        this.film.requestVideoFrameCallback((_, facts) => {
          onFrame(facts.expectedDisplayTime / 1000, facts.mediaTime);
          next();
        });
      } else {
        requestAnimationFrame(() => {
          if (!this.film.paused) onFrame(page_s(), this.film.currentTime);
          next();
        });
      }
    };
    next();
  }

  // The witness so far.
  told() {
    const open = this.hiddenSince_s === null ? [] : [[this.hiddenSince_s, page_s()]];
    return { ...structuredClone(this.witness), hidden: [...this.witness.hidden, ...open] };
  }
}
