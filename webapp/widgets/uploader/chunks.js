// Sends a large recording in chunks. Where the connection breaks, it goes on by itself; after the page was closed, it
// goes on where it stopped as soon as the same file is chosen again with the same options.
import { call, NO_ANSWER } from "./call.js";
import { bytesOf } from "./files.js";

export const CHUNK_BYTES = 8 * 1024 ** 2;
const PAUSE_MS = 3000;
const STORE = "emoclassify-upload:";
const OK = [200, 201, 202];
const LATER = [NO_ANSWER, 503, 504];

// Gives the answer of the last call: that of the job, or a refusal. `onChange` draws the state. The two recordings of a
// call are two uploads; the last call names both.
export async function sendInChunks(item, onChange) {
  const form = new URLSearchParams();
  const parts = partsOf(item);
  let id = "";
  for (const part of parts) {
    const upload = await sendPart(item, part, onChange);
    if (!OK.includes(upload.status)) return upload;
    const isFirst = part === parts[0];
    form.append(isFirst ? "chunks" : "file2_chunks", n_chunksOf(part));
    if (isFirst) id = upload.content.id;
    else form.append("file2", upload.content.id);
  }
  const answer = await insist(item, onChange, () => call(item, "POST", `/uploads/${id}/done`, form));
  if (item.state !== "stopped") for (const part of parts) localStorage.removeItem(storeKey(part));
  return answer;
}

// The files of an item, each with the fields of its upload and how many bytes are sent before it.
function partsOf({ file, second, fields }) {
  const first = { file, fields, n_before: 0 };
  return second ? [first, { file: second, fields: {}, isSecond: true, n_before: file.size }] : [first];
}

// Sends what is missing of one file; gives the answer that names its upload, or a refusal.
async function sendPart(item, part, onChange) {
  const upload = await begun(item, part, onChange);
  if (!OK.includes(upload.status)) return upload;
  for (let number = upload.content.next; number < n_chunksOf(part); number++) {
    const answer = await insist(item, onChange, () => sendChunk(item, part, upload.content.id, number, onChange));
    if (!OK.includes(answer.status)) return answer;
  }
  return upload;
}

function n_chunksOf({ file }) {
  return Math.ceil(file.size / CHUNK_BYTES);
}

// The upload that this browser began before, else a new one.
async function begun(item, part, onChange) {
  const key = storeKey(part);
  const id = localStorage.getItem(key);
  const earlier = id ? await insist(item, onChange, () => call(item, "GET", `/uploads/${id}`)) : { status: 404 };
  if (earlier.status !== 404) return earlier;
  const form = new URLSearchParams({ ...part.fields, filename: part.file.name, file_type: part.file.type });
  const upload = await insist(item, onChange, () => call(item, "POST", "/uploads", form));
  if (OK.includes(upload.status)) localStorage.setItem(key, upload.content.id);
  return upload;
}

function sendChunk(item, { file, n_before }, id, number, onChange) {
  const start = number * CHUNK_BYTES;
  const chunk = file.slice(start, start + CHUNK_BYTES);
  const onProgress = (n_bytes) => {
    item.loaded = Math.min(1, (n_before + start + n_bytes) / bytesOf(item));
    onChange();
  };
  const headers = { "Content-Type": "application/octet-stream" };
  return call(item, "PUT", `/uploads/${id}/chunks/${number}`, chunk, headers, onProgress);
}

// Calls again while nothing answers, until the recording is stopped.
async function insist(item, onChange, attempt) {
  for (;;) {
    const answer = await attempt();
    item.isInterrupted = LATER.includes(answer.status) && item.state !== "stopped";
    onChange();
    if (!item.isInterrupted) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

// The same file with the same options; which files were chosen together does not matter. The other side of a call has
// no options of its own, and is none of a recording without options.
export function storeKey({ file, fields, isSecond = false }) {
  const { batch, ...options } = fields;
  const facts = [file.name, file.size, file.lastModified, Object.entries(options).sort()];
  return STORE + JSON.stringify(isSecond ? [...facts, "file2"] : facts);
}
