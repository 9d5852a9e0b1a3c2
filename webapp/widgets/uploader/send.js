// Sends recordings to the page's server, one at a time.
import { dequeue, sendable, uploads } from "./uploads.js";

const ACCEPTED = [200, 202];
const NO_ANSWER = 502;

// Moves every recording that can be sent from the selection into the queue, and sends the first.
export function begin({ token, fields }) {
  uploads.tokens.add(token);
  for (const item of sendable())
    uploads.queue.push({ ...item, fields, key: randomKey(), state: "waiting", loaded: 0, problem: null });
  uploads.selection = [];
  sendNext();
}

// Stops sending a recording, and removes it from the queue.
export function stop(item) {
  item.state = "stopped";
  dequeue(item);
  item.request?.abort();
  uploads.draw();
}

export function sendAgain(item) {
  Object.assign(item, { state: "waiting", loaded: 0 });
  sendNext();
  uploads.draw();
}

// Every try of one recording sends the same key, so that the API makes one job of them.
function randomKey() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function sendNext() {
  if (uploads.queue.some((item) => item.state === "sending")) return;
  const item = uploads.queue.find(({ state }) => state === "waiting");
  window.onbeforeunload = item ? (event) => event.preventDefault() : null;
  if (item) send(item);
}

function send(item) {
  const form = new FormData();
  for (const [name, value] of Object.entries(item.fields)) form.append(name, value);
  form.append("file", item.file, item.file.name);
  const request = new XMLHttpRequest(); // fetch does not report how much is sent
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
  if (ACCEPTED.includes(request.status)) {
    dequeue(item);
    uploads.notify("accepted");
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
