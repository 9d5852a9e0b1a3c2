// Sends recordings to the page's server, one at a time.
import { forget, sendable, uploads } from "./uploads.js";

const TAKEN = [200, 202];
const NO_ANSWER = 502;

// Everything that was chosen and can be sent is on its way from here on.
export function begin({ token, fields }) {
  uploads.begun.add(token);
  for (const item of sendable())
    uploads.sent.push({ ...item, fields, key: randomKey(), state: "waiting", loaded: 0, problem: null });
  uploads.chosen = [];
  sendNext();
}

// Ends the sending of one, and takes it away.
export function stop(item) {
  item.state = "stopped";
  forget(item);
  item.request?.abort();
  uploads.draw();
}

export function sendAgain(item) {
  Object.assign(item, { state: "waiting", loaded: 0 });
  sendNext();
  uploads.draw();
}

// The same for every try of one recording, so that it becomes one job.
function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function sendNext() {
  if (uploads.sent.some((item) => item.state === "sending")) return;
  const item = uploads.sent.find(({ state }) => state === "waiting");
  window.onbeforeunload = item ? (event) => event.preventDefault() : null;
  if (item) send(item);
}

function send(item) {
  const form = new FormData();
  for (const [name, value] of Object.entries(item.fields)) form.append(name, value);
  form.append("file", item.file, item.file.name);
  const request = new XMLHttpRequest(); // fetch does not tell how much is sent
  item.request = request;
  item.state = "sending";
  request.upload.onprogress = (event) => {
    item.loaded = event.loaded / event.total;
    uploads.draw();
  };
  request.onloadend = () => {
    finish(item, request);
    uploads.draw();
    sendNext();
  };
  request.open("POST", "/recordings");
  request.setRequestHeader("X-EmoClassify", "1");
  request.setRequestHeader("Idempotency-Key", item.key);
  request.send(form);
  uploads.draw();
}

function finish(item, request) {
  item.request = null;
  if (item.state === "stopped") return;
  if (TAKEN.includes(request.status)) {
    forget(item);
    uploads.tell("accepted");
    return;
  }
  item.state = "failed";
  item.problem = request.status || NO_ANSWER;
  try {
    item.detail = JSON.parse(request.responseText).detail;
  } catch {
    item.detail = "";
  }
}
