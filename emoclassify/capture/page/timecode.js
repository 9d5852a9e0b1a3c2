// The sound of a recording: on the left the film's own and short chirps that only the recording has, on the right the
// microphone where it is allowed. And the witness: when each chirp was made, and which frame of the film was shown when.
const CHIRP_S = 0.1; // as emoclassify/study/timecode.py knows it
const LOW_HZ = 1000;
const HIGH_HZ = 3000;
const CHIRP_GAIN = 0.5;
const FILM_GAIN = 0.35;
const AHEAD_S = 0.05;
const TICK_MS = 500;
const FRAME_EVERY_S = 0.25;
const JUMP_S = 0.04;
const EVENTS = ["playing", "waiting", "stalled", "seeked", "pause", "ended"];

const page_s = () => performance.now() / 1000;

function chirpBuffer(context) {
  const n = Math.floor(CHIRP_S * context.sampleRate);
  const buffer = context.createBuffer(1, n, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let i = 0; i < n; i++) {
    const time_s = i / context.sampleRate;
    const phase = 2 * Math.PI * (LOW_HZ * time_s + ((HIGH_HZ - LOW_HZ) * time_s ** 2) / (2 * CHIRP_S));
    samples[i] = Math.sin(phase) * Math.sin((Math.PI * time_s) / CHIRP_S) ** 2;
  }
  return buffer;
}

function mono(context, gain) {
  return new GainNode(context, { gain, channelCount: 1, channelCountMode: "explicit" });
}

export class TimeCode {
  constructor(film, microphone) {
    this.film = film;
    this.context = new AudioContext();
    this.output = this.context.createMediaStreamDestination();
    const merger = this.context.createChannelMerger(2);
    merger.connect(this.output);
    const source = this.context.createMediaElementSource(film);
    source.connect(this.context.destination);
    this.left = mono(this.context, CHIRP_GAIN);
    source.connect(mono(this.context, FILM_GAIN)).connect(merger, 0, 0);
    this.left.connect(merger, 0, 0);
    if (microphone) {
      this.context.createMediaStreamSource(microphone).connect(mono(this.context, 1)).connect(merger, 0, 1);
    }
    this.buffer = chirpBuffer(this.context);
    this.witness = { version: 1, ticks: [], chirps: [], films: [], hidden: [], events: [] };
    this.hiddenSince_s = null;
    this.listen();
  }

  get tracks() {
    return this.output.stream.getAudioTracks();
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

  async start() {
    await this.context.resume();
    this.tick();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  tick() {
    this.witness.ticks.push([page_s(), this.context.currentTime]);
  }

  // A chirp now; with a film, the film's time then by its own clock.
  chirp(id = null) {
    const at_s = this.context.currentTime + AHEAD_S;
    const node = new AudioBufferSourceNode(this.context, { buffer: this.buffer });
    node.connect(this.left);
    node.start(at_s);
    const isRunning = id !== null && !this.film.paused && !this.film.ended;
    this.witness.chirps.push([at_s, id, isRunning ? this.film.currentTime + AHEAD_S : null]);
    this.tick();
  }

  // Plays a film to its end.
  play(id) {
    const seen = { id, frames: [], ended: false };
    this.witness.films.push(seen);
    let nextChirp_s = 0;
    const onFrame = (shown_s, film_s) => {
      const last = seen.frames.at(-1);
      const isDue = !last || film_s - last[1] >= FRAME_EVERY_S;
      const hasJumped = last && Math.abs(shown_s - last[0] - (film_s - last[1])) > JUMP_S;
      if (isDue || hasJumped) seen.frames.push([shown_s, film_s]);
      if (film_s >= nextChirp_s) {
        this.chirp(id);
        nextChirp_s = film_s + 6 + 4 * Math.random(); // uneven: even ones would fit one chirp further on, too
      }
    };
    this.watch(seen, onFrame);
    return new Promise((resolve, reject) => {
      this.film.onended = () => {
        seen.ended = true;
        this.chirp(id);
        resolve();
      };
      this.film.onerror = () => reject(new Error(this.film.error?.message ?? "film"));
      this.film.play().catch(reject);
    });
  }

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

  stop() {
    clearInterval(this.timer);
  }
}
