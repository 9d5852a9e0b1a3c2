// Records the camera; the recording becomes an analysis as any other: what was shown live is never the record.
const LONGEST_MS = 600000;
const PIECE_MS = 2000;

export class Recording {
  constructor() {
    this.recorder = null;
  }

  get isRunning() {
    return this.recorder?.state === "recording";
  }

  // Records until `stop`, sends what was recorded, and gives the answer of the server.
  async run(stream) {
    const pieces = [];
    this.recorder = new MediaRecorder(stream);
    this.recorder.ondataavailable = ({ data }) => pieces.push(data);
    const ended = new Promise((resolve) => {
      this.recorder.onstop = resolve;
    });
    this.recorder.start(PIECE_MS);
    const clock = setTimeout(() => this.stop(), LONGEST_MS);
    await ended;
    clearTimeout(clock);
    return send(new Blob(pieces, { type: this.recorder.mimeType }));
  }

  stop() {
    if (this.isRunning) this.recorder.stop();
  }
}

async function send(recording) {
  const form = new FormData();
  form.append("file", recording, `live-${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}.webm`);
  try {
    const answer = await fetch("/recordings", { method: "POST", body: form, headers: { "X-Emoclassify": "1" } });
    return await answer.json();
  } catch {
    return {};
  }
}
