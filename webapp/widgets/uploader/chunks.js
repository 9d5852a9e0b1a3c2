// Sends a large recording in chunks. Where the connection breaks, it goes on by itself; after the page was closed, it
// goes on where it stopped as soon as the same file is chosen again with the same options.
import { call, NO_ANSWER } from "./call.js";

export const CHUNK_BYTES = 8 * 1024 ** 2;
const PAUSE_MS = 3000;
const STORE = "emoclassify-upload:";
const OK = [200, 201, 202];
const LATER = [NO_ANSWER, 503, 504];

// Gives the answer of the last call: that of the job, or a refusal. `onChange` draws the state.
export async function sendInChunks(item, onChange) {
  const upload = await begun(item, onChange);
  if (!OK.includes(upload.status)) return upload;
  const { id, next } = upload.content;
  const n_chunks = Math.ceil(item.file.size / CHUNK_BYTES);
  for (let number = next; number < n_chunks; number++) {
    const answer = await insist(item, onChange, () => sendChunk(item, id, number, onChange));
    if (!OK.includes(answer.status)) return answer;
  }
  const form = new URLSearchParams({ chunks: n_chunks });
  const answer = await insist(item, onChange, () => call(item, "POST", `/uploads/${id}/done`, form));
  if (item.state !== "stopped") localStorage.removeItem(storeKey(item));
  return answer;
}

// The upload that this browser began before, else a new one.
async function begun(item, onChange) {
  const id = localStorage.getItem(storeKey(item));
  const earlier = id ? await insist(item, onChange, () => call(item, "GET", `/uploads/${id}`)) : { status: 404 };
  if (earlier.status !== 404) return earlier;
  const form = new URLSearchParams({ ...item.fields, filename: item.file.name, file_type: item.file.type });
  const upload = await insist(item, onChange, () => call(item, "POST", "/uploads", form));
  if (OK.includes(upload.status)) localStorage.setItem(storeKey(item), upload.content.id);
  return upload;
}

function sendChunk(item, id, number, onChange) {
  const start = number * CHUNK_BYTES;
  const chunk = item.file.slice(start, start + CHUNK_BYTES);
  const onProgress = (n_bytes) => {
    item.loaded = Math.min(1, (start + n_bytes) / item.file.size);
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

// The same file with the same options; which files were chosen together does not matter.
export function storeKey({ file, fields }) {
  const { batch, ...options } = fields;
  return STORE + JSON.stringify([file.name, file.size, file.lastModified, Object.entries(options).sort()]);
}
