// The sound of a recording: on the left the film's own and short chirps that only the recording has, on the right the
// microphone where it is allowed. And the witness: when each chirp was made, and which frame of the film was shown when.
import { page_s, Witness } from "./witness.js";

const CHIRP_S = 0.1; // as emoclassify/study/timecode.py knows it
const LOW_HZ = 1000;
const HIGH_HZ = 3000;
const CHIRP_GAIN = 0.5;
const FILM_GAIN = 0.35;
const AHEAD_S = 0.05;
const TICK_MS = 500;

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

export class TimeCode extends Witness {
  constructor(film, microphone) {
    super(film);
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
  }

  get tracks() {
    return this.output.stream.getAudioTracks();
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

  begun() {
    this.nextChirp_s = 0;
  }

  atFrame(id, film_s) {
    if (film_s < this.nextChirp_s) return;
    this.chirp(id);
    this.nextChirp_s = film_s + 6 + 4 * Math.random(); // uneven: even ones would fit one chirp further on, too
  }

  over(id) {
    this.chirp(id);
  }

  stop() {
    clearInterval(this.timer);
  }
}
