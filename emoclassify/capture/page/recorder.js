// Records the camera with the sound of the time code, and hands on a piece every few seconds.
const PIECE_MS = 3000;
const KINDS = ["video/webm;codecs=vp8,opus", "video/webm", "video/mp4"];

export const canRecord = () => "MediaRecorder" in window && KINDS.some((kind) => MediaRecorder.isTypeSupported(kind));

export function askForCamera() {
  const video = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 }, facingMode: "user" };
  return navigator.mediaDevices.getUserMedia({ video });
}

export function askForMicrophone() {
  const plain = { echoCancellation: true, noiseSuppression: false, autoGainControl: false };
  return navigator.mediaDevices.getUserMedia({ audio: plain }).catch(() => null);
}

export class Recorder {
  // onPiece(blob) is called with each piece.
  constructor(camera, soundTracks, onPiece) {
    const kind = KINDS.find((one) => MediaRecorder.isTypeSupported(one));
    const rates = { videoBitsPerSecond: 2_000_000, audioBitsPerSecond: 96_000 };
    const stream = new MediaStream([...camera.getVideoTracks(), ...soundTracks]);
    this.recorder = new MediaRecorder(stream, { mimeType: kind, ...rates });
    this.pieces = Promise.resolve();
    this.recorder.ondataavailable = ({ data }) => {
      if (data.size) this.pieces = this.pieces.then(() => onPiece(data));
    };
  }

  start() {
    const started = new Promise((resolve) => {
      this.recorder.onstart = resolve;
    });
    this.recorder.start(PIECE_MS);
    return started;
  }

  // Resolves when the last piece was handed on.
  async stop() {
    if (this.recorder.state !== "inactive") {
      const stopped = new Promise((resolve) => {
        this.recorder.onstop = resolve;
      });
      this.recorder.stop();
      await stopped;
    }
    await this.pieces;
  }
}
