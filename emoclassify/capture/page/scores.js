// In the place of a recorder where no recording is kept: sends one picture of the camera after another, and keeps what the
// server read in each. The next one is sent when the answer is there; where nothing answers, nothing is read.
import { call, token } from "./call.js";

const EVERY_MS = 200; // five a second, as a recording is read
const PIECE_MS = 3000;
const WIDTH_PX = 480;
const QUALITY = 0.8;

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));

export class Scores {
  // onPiece(blob) is called with the readings of every few seconds, a line of JSON for each picture.
  constructor(camera, stamps, onPiece) {
    Object.assign(this, { stamps, onPiece, lines: [], isOver: false, pieceBegan_ms: 0, drawn_s: -1, waited_s: 0 });
    this.canvas = document.createElement("canvas");
    this.video = Object.assign(document.createElement("video"), { muted: true, playsInline: true, srcObject: camera });
  }

  async start() {
    await this.video.play();
    this.pieceBegan_ms = performance.now();
    this.running = this.run();
  }

  async run() {
    while (!this.isOver) {
      const began_ms = performance.now();
      const isAnswered = await this.readNow();
      if (performance.now() - this.pieceBegan_ms > PIECE_MS) await this.handOn();
      await wait(EVERY_MS - (performance.now() - began_ms));
      if (!isAnswered) this.waited_s += (performance.now() - began_ms) / 1000;
    }
  }

  // Gives false where no reading came; a camera that has given no other picture is waited for by nobody.
  async readNow() {
    if (this.video.currentTime === this.drawn_s) return true;
    this.drawn_s = this.video.currentTime;
    this.draw();
    const time_s = this.stamps.stamp();
    const picture = await new Promise((resolve) => this.canvas.toBlob(resolve, "image/jpeg", QUALITY));
    const sent_ms = performance.now();
    const { status, content } = await call("POST", `${token}/sitting/reading`, picture);
    if (status !== 200 || !content.reading) return false;
    this.lines.push(JSON.stringify({ time_s, waited_s: this.waited_s, ...content.reading }));
    this.waited_s = (performance.now() - sent_ms) / 1000; // in the pause behind this picture
    return true;
  }

  draw() {
    const { videoWidth, videoHeight } = this.video;
    const scale = Math.min(1, WIDTH_PX / videoWidth);
    Object.assign(this.canvas, { width: Math.round(videoWidth * scale), height: Math.round(videoHeight * scale) });
    this.canvas.getContext("2d").drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
  }

  async handOn() {
    this.pieceBegan_ms = performance.now();
    if (!this.lines.length) return;
    const lines = this.lines.splice(0).map((line) => `${line}\n`);
    await this.onPiece(new Blob(lines, { type: "application/x-ndjson" }));
  }

  // Resolves when the last readings were handed on.
  async stop() {
    this.isOver = true;
    await this.running;
    await this.handOn();
    this.video.srcObject = null;
  }
}
