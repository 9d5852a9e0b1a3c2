// The recording of one person, or only its scores: a cross and a film, one after another, and all of it sent meanwhile.
import { call, insistOn, token } from "./call.js";
import { askForMicrophone, Recorder } from "./recorder.js";
import { Scores } from "./scores.js";
import { find, show, text } from "./screens.js";
import { Stamps } from "./stamps.js";
import { TimeCode } from "./timecode.js";
import { Upload } from "./upload.js";

const LAST_MS = 500; // so that the last chirp is in the recording

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// why: the name of the text that says why sending waits; empty where it goes on.
export function showSending(why) {
  const line = find("#sending");
  line.hidden = false;
  line.textContent = text(why || "sending");
}

export function hideSending() {
  find("#sending").hidden = true;
}

// Loads a film whole, so that it does not stop while it is watched; gives an address of this page.
async function loadFilm(place) {
  const film = await insistOn("GET", `${token}/sitting/films/${place}`);
  return URL.createObjectURL(film);
}

// Shows all films to a camera. Resolves when they are over, with { sending }, a promise of what goes on.
export async function record(camera, { films, microphone, baseline_s, scores_only }) {
  const video = find("#film");
  const timecode = scores_only ? new Stamps(video) : new TimeCode(video, microphone ? await askForMicrophone() : null);
  const facts = { sums: [], n_chunks: 0, witness: timecode.told(), ended: false };
  const upload = new Upload(facts, (why) => !find("#sending").hidden && showSending(why));
  const onPiece = (blob) => upload.add(blob, timecode.told());
  const recorder = scores_only ? new Scores(camera, timecode, onPiece) : new Recorder(camera, timecode.tracks, onPiece);
  window.onbeforeunload = (event) => event.preventDefault();
  await timecode.start();
  await recorder.start();
  for (const [place, film] of films.entries()) {
    show("baseline");
    timecode.chirp();
    const [address] = await Promise.all([loadFilm(place), wait(1000 * baseline_s)]);
    await showFilm(video, timecode, film, address);
  }
  await wait(LAST_MS);
  await recorder.stop();
  timecode.stop();
  for (const track of camera.getTracks()) track.stop();
  call("POST", `${token}/sitting/step`, { step: "finished" });
  return { sending: upload.end(timecode.told(), false) };
}

async function showFilm(video, timecode, film, address) {
  const loaded = new Promise((resolve, reject) => {
    video.onloadeddata = resolve;
    video.onerror = () => reject(new Error(video.error?.message ?? "film"));
  });
  video.src = address;
  await loaded;
  show("film");
  await timecode.play(film.id);
  URL.revokeObjectURL(address);
}

// Sends what was recorded before the page was loaded anew.
export async function sendRest(facts) {
  const upload = new Upload(facts, showSending);
  upload.resume();
  await call("POST", `${token}/sitting/step`, { step: "finished" });
  return upload.end(facts.witness, !facts.ended);
}
