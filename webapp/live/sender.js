// Sends one picture after another and gets a reading of each; the next is sent when the answer is there, so that a slow
// server or network makes fewer pictures and no queue.
const WIDTH_PX = 480;
const QUALITY = 0.8;
const LEAST_MS = 100; // 10 pictures a second and no more
const REST_MS = 2000;
const BUSY = 1013;
const SPEED_OF = 10; // so many readings tell the speed

export class Sender {
  constructor(video, { onReading, onNotice }) {
    Object.assign(this, { video, onReading, onNotice, isRunning: false, socket: null, hasSocket: true, times_ms: [] });
    this.canvas = document.createElement("canvas");
  }

  start() {
    this.isRunning = true;
    this.times_ms = [];
    this.#go();
  }

  stop() {
    this.isRunning = false;
    this.socket?.close();
    this.socket = null;
  }

  async #go() {
    while (this.isRunning) {
      const begin_ms = performance.now();
      const picture = await this.#picture();
      if (!picture) {
        await pause(LEAST_MS);
        continue;
      }
      const reading = await this.#ask(picture);
      if (!this.isRunning) return;
      if (!reading) {
        await pause(REST_MS);
        continue;
      }
      this.onNotice("");
      this.onReading(reading, this.#speed(begin_ms));
      await pause(LEAST_MS - (performance.now() - begin_ms));
    }
  }

  #speed(begin_ms) {
    const now_ms = performance.now();
    this.times_ms = [...this.times_ms, now_ms].slice(-SPEED_OF);
    const span_s = (now_ms - this.times_ms[0]) / 1000;
    return { delay_ms: now_ms - begin_ms, per_s: span_s ? (this.times_ms.length - 1) / span_s : 0 };
  }

  // The present picture as a JPEG; null where there is none.
  #picture() {
    const { videoWidth, videoHeight } = this.video;
    if (!videoWidth || this.video.paused || this.video.ended) return null;
    const scale = Math.min(1, WIDTH_PX / videoWidth);
    Object.assign(this.canvas, { width: Math.round(videoWidth * scale), height: Math.round(videoHeight * scale) });
    this.canvas.getContext("2d").drawImage(this.video, 0, 0, this.canvas.width, this.canvas.height);
    return new Promise((resolve) => this.canvas.toBlob(resolve, "image/jpeg", QUALITY));
  }

  // A reading; null where the server does not answer now.
  async #ask(picture) {
    try {
      const socket = this.hasSocket ? await this.#opened() : null;
      const reading = socket ? await answered(socket, picture) : await posted(picture);
      if (reading.error) this.onNotice("live_away");
      return reading.error ? null : reading;
    } catch (problem) {
      this.socket = null;
      this.onNotice(problem?.code === BUSY ? "live_busy" : "live_away");
      return null;
    }
  }

  // The open websocket; null where none can be opened, as behind some proxies: then pictures are posted.
  async #opened() {
    if (this.socket?.readyState === WebSocket.OPEN) return this.socket;
    const socket = new WebSocket(`${location.origin.replace(/^http/, "ws")}/live/pictures`);
    const isOpen = await new Promise((resolve) => {
      socket.onopen = () => resolve(true);
      socket.onerror = () => resolve(false);
    });
    this.hasSocket = isOpen;
    this.socket = isOpen ? socket : null;
    return this.socket;
  }
}

function answered(socket, picture) {
  return new Promise((resolve, reject) => {
    socket.onmessage = ({ data }) => resolve(JSON.parse(data));
    socket.onclose = reject;
    socket.send(picture);
  });
}

async function posted(picture) {
  const answer = await fetch("/live/picture", { method: "POST", body: picture, headers: { "X-Emoclassify": "1" } });
  if (!answer.ok) throw new Error(String(answer.status));
  return answer.json();
}

function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}
