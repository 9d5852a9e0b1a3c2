// Sends recordings to the page's server, one at a time.
import { call } from "./call.js";
import { CHUNK_BYTES, sendInChunks } from "./chunks.js";
import { keepRecord, markCut } from "./elsewhere.js";
import { bytesOf, nameOf } from "./files.js";
import { dequeue, refused, sendable, uploads } from "./uploads.js";

const ACCEPTED = [200, 202];
const RENEW_MS = 5000;

// Moves every recording from the selection into the queue, and sends the first; what cannot be sent is listed with it.
// Two recordings that are the sides of a call are one.
export function begin({ token, fields, isCall }) {
  uploads.tokens.add(token);
  const items = isCall ? asCall(sendable()) : sendable();
  uploads.counts = { done: 0, all: items.length };
  for (const item of items)
    uploads.queue.push({ ...item, fields, key: randomKey(), state: "waiting", loaded: 0, problem: null });
  for (const item of refused()) uploads.queue.push({ ...item, state: "refused" });
  uploads.selection = [];
  uploads.renewal ??= setInterval(tellOtherTabs, RENEW_MS);
  window.onpagehide = () => markCut(localStorage, uploads.tab);
  sendNext();
}

function asCall([first, second]) {
  return [{ ...first, second: second.file }];
}

// Tells the other tabs of this browser, and the next page in this one, what is still to be handed in.
function tellOtherTabs() {
  const items = uploads.queue.filter(({ state }) => state !== "refused");
  const names = items.map(nameOf);
  keepRecord(localStorage, uploads.tab, { names, ...uploads.counts }, Date.now());
}

// Stops sending a recording, and removes it from the queue.
export function stop(item) {
  item.state = "stopped";
  dequeue(item);
  item.request?.abort();
  tellOtherTabs();
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
  tellOtherTabs();
  if (uploads.queue.some((item) => item.state === "sending")) return;
  const item = uploads.queue.find(({ state }) => state === "waiting");
  window.onbeforeunload = item ? (event) => event.preventDefault() : null;
  if (item) send(item);
}

async function send(item) {
  item.state = "sending";
  uploads.draw();
  const onChange = () => uploads.draw();
  const answer = await (bytesOf(item) > CHUNK_BYTES ? sendInChunks(item, onChange) : sendAtOnce(item, onChange));
  finish(item, answer);
  uploads.draw();
  sendNext();
}

function sendAtOnce(item, onChange) {
  const form = new FormData();
  for (const [name, value] of Object.entries(item.fields)) form.append(name, value);
  form.append("file", item.file, item.file.name);
  if (item.second) form.append("file2", item.second, item.second.name);
  return call(item, "POST", "/recordings", form, { "Idempotency-Key": item.key }, (n_bytes) => {
    item.loaded = Math.min(1, n_bytes / bytesOf(item));
    onChange();
  });
}

function finish(item, { status, content }) {
  if (item.state === "stopped") return;
  if (ACCEPTED.includes(status)) {
    uploads.counts.done += 1;
    dequeue(item);
    uploads.notify("accepted");
    return;
  }
  Object.assign(item, { state: "failed", problem: status, detail: content.detail ?? "" });
}
