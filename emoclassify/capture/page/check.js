// Camera, light and sound before the films: the server's detector looks at a picture every second or so.
import { call, token } from "./call.js";
import { askForCamera, canRecord } from "./recorder.js";
import { find, pressed, screen, show, text } from "./screens.js";

const LOOK_MS = 1200;
const LEAST_PER_S = 12;
const MANY_PER_S = 30;
const SOUND_MS = 3000;
const PICTURE_WIDTH = 640;

export class NoCameraError extends Error {}

// The camera of somebody whose face is seen well; null where they leave.
export async function checkDevices({ scores_only }) {
  if (!window.isSecureContext) throw new NoCameraError("no_https");
  if (!scores_only && !canRecord()) throw new NoCameraError("no_recorder");
  const camera = await askForCamera().catch(() => {
    throw new NoCameraError("no_camera");
  });
  await call("POST", `${token}/sitting/step`, { step: "camera", reason: "" });
  const preview = find("#preview");
  preview.srcObject = camera;
  await preview.play();
  show("check");
  const isSeen = await watchFace(preview, scores_only);
  preview.srcObject = null;
  if (!isSeen) {
    for (const track of camera.getTracks()) track.stop();
    await call("POST", `${token}/sitting/step`, { reason: "no_face" });
    return null;
  }
  await call("POST", `${token}/sitting/step`, { step: "face", reason: "" });
  return camera;
}

// Looks again and again; resolves with whether the person goes on, which a face that is seen and a sound allow.
async function watchFace(preview, scores_only) {
  const state = { isGood: false, isHeard: false, isOver: false, needsLooks: scores_only };
  const heard = screen("check").querySelector('[data-act="heard"]');
  const update = () => {
    heard.disabled = !(state.isGood && state.isHeard);
  };
  update();
  lookOn(preview, state, update);
  for (;;) {
    const act = await pressed("check");
    if (act === "sound") {
      state.isHeard = await playSound();
      screen("check").querySelector(".silent").hidden = state.isHeard;
      update();
    } else {
      state.isOver = true;
      return act === "heard";
    }
  }
}

async function lookOn(preview, state, update) {
  const verdict = screen("check").querySelector(".verdict");
  verdict.textContent = text("check_looking");
  while (!state.isOver) {
    const n_per_s = await ratePerS(preview, LOOK_MS);
    if (state.isOver) return;
    const { status, content } = await call("POST", `${token}/sitting/picture`, await pictureOf(preview));
    const said = status === 200 ? content.verdict : "away";
    if (said === "looking") continue; // many others are being looked at
    const isSlow = said === "good" && n_per_s < LEAST_PER_S;
    // A recording can be looked at later; where only scores are kept, what is not read now is lost.
    state.isGood = (said === "good" || (said === "away" && !state.needsLooks)) && !isSlow;
    verdict.textContent = text(isSlow ? "check_slow" : `check_${said}`);
    update();
  }
}

function pictureOf(preview) {
  const canvas = document.createElement("canvas");
  canvas.width = Math.min(PICTURE_WIDTH, preview.videoWidth);
  canvas.height = Math.round((canvas.width * preview.videoHeight) / preview.videoWidth);
  canvas.getContext("2d").drawImage(preview, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
}

// Pictures a second that the camera gives; many where the browser does not tell. The count of getVideoPlaybackQuality is
// no help: in Firefox it stays 0 for a camera.
async function ratePerS(preview, during_ms) {
  let [first, last, isOver] = [null, null, false];
  const next = () =>
    preview.requestVideoFrameCallback?.((now_ms, { presentedFrames }) => {
      last = { now_ms, presentedFrames };
      first ??= last;
      if (!isOver) next();
    });
  next();
  await new Promise((resolve) => setTimeout(resolve, during_ms));
  isOver = true;
  if (!preview.requestVideoFrameCallback) return MANY_PER_S;
  if (first === last) return 0; // one picture or none
  return (1000 * (last.presentedFrames - first.presentedFrames)) / (last.now_ms - first.now_ms);
}

// Gives false where nothing can be heard: without a device for sound a browser may wait for one for ever.
async function playSound() {
  const context = new AudioContext();
  const isLate = new Promise((resolve) => setTimeout(() => resolve("late"), SOUND_MS));
  if ((await Promise.race([context.resume(), isLate])) === "late") {
    context.close();
    return false;
  }
  const tone = new OscillatorNode(context, { frequency: 660 });
  const gain = new GainNode(context, { gain: 0.2 });
  tone.connect(gain).connect(context.destination);
  tone.start();
  tone.stop(context.currentTime + 0.4);
  tone.onended = () => context.close();
  return true;
}
