import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { CHUNK_BYTES, sendInChunks, storeKey } from "../../../webapp/widgets/uploader/chunks.js";
import { bytesOf, nameOf } from "../../../webapp/widgets/uploader/files.js";

// A server that takes chunks, in the place of the network; `failures` are statuses it answers first.
class Server {
  constructor(failures = []) {
    Object.assign(this, { failures, calls: [], chunks: new Map(), form: "" });
  }

  answer(method, path, body) {
    this.calls.push(`${method} ${path}`);
    if (this.failures.length) return [this.failures.shift(), {}];
    if (method === "PUT") this.chunks.set(Number(path.split("/").pop()), body.size);
    if (path.endsWith("/done")) this.form = String(body);
    return [200, { id: "a".repeat(32), next: this.chunks.size }];
  }
}

let server;

beforeEach(() => {
  const kept = new Map();
  globalThis.localStorage = {
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => kept.set(name, value),
    removeItem: (name) => kept.delete(name),
  };
  globalThis.setTimeout = (resolve) => queueMicrotask(resolve);
  globalThis.XMLHttpRequest = class {
    upload = {};
    setRequestHeader() {}
    open(method, path) {
      Object.assign(this, { method, path });
    }
    send(body) {
      const [status, content] = server.answer(this.method, this.path, body);
      Object.assign(this, { status, responseText: JSON.stringify(content) });
      queueMicrotask(() => this.onloadend());
    }
  };
});

function item() {
  const file = { name: "a.mp4", size: 2.5 * CHUNK_BYTES, lastModified: 1, type: "video/mp4" };
  file.slice = (start, end) => ({ size: Math.min(end, file.size) - start });
  return { file, fields: { tag: "spring", batch: "b" }, state: "sending" };
}

test("all chunks are sent once, and the job is made", async () => {
  server = new Server();
  const answer = await sendInChunks(item(), () => {});
  assert.equal(answer.status, 200);
  assert.deepEqual([...server.chunks.values()], [CHUNK_BYTES, CHUNK_BYTES, CHUNK_BYTES / 2]);
  assert.equal(server.form, "chunks=3");
});

test("a connection that breaks costs one chunk", async () => {
  server = new Server();
  const sent = item();
  const states = [];
  const send = server.answer.bind(server);
  let isBroken = false;
  server.answer = (method, path, body) => {
    if (path.endsWith("/chunks/1") && !isBroken) {
      isBroken = true;
      return [0, {}];
    }
    return send(method, path, body);
  };
  await sendInChunks(sent, () => states.push(sent.isInterrupted));
  assert.ok(states.includes(true));
  assert.equal(server.calls.filter((one) => one.startsWith("PUT")).length, 3);
});

test("after a reload the same file goes on where it stopped", async () => {
  server = new Server();
  localStorage.setItem(storeKey(item()), "a".repeat(32));
  server.chunks.set(0, CHUNK_BYTES);
  await sendInChunks({ ...item(), fields: { tag: "spring", batch: "another start" } }, () => {});
  assert.equal(server.calls[0], `GET /uploads/${"a".repeat(32)}`);
  assert.deepEqual(
    server.calls.filter((one) => one.startsWith("PUT")).map((one) => one.split("/").pop()),
    ["1", "2"],
  );
  assert.equal(localStorage.getItem(storeKey(item())), null);
});

test("other options are another upload", () => {
  assert.notEqual(storeKey(item()), storeKey({ ...item(), fields: { tag: "autumn" } }));
});

test("a refusal ends it, with the answer", async () => {
  server = new Server([422]);
  assert.equal((await sendInChunks(item(), () => {})).status, 422);
  assert.equal(server.calls.length, 1);
});

test("the two sides of a call are two uploads, and one job", async () => {
  server = new Server();
  const forms = [];
  let n_uploads = 0;
  server.answer = (method, path, body) => {
    if (method === "POST") forms.push([path, String(body)]);
    if (path === "/uploads") n_uploads += 1;
    return [200, { id: `${n_uploads}`.repeat(32), next: 0 }];
  };
  const first = item();
  const second = { ...first.file, name: "b.wav", size: CHUNK_BYTES / 2 };
  const call = { ...first, second };
  const answer = await sendInChunks(call, () => {});
  assert.equal(answer.status, 200);
  assert.deepEqual(forms, [
    ["/uploads", "tag=spring&batch=b&filename=a.mp4&file_type=video%2Fmp4"],
    ["/uploads", "filename=b.wav&file_type=video%2Fmp4"],
    [`/uploads/${"1".repeat(32)}/done`, `chunks=3&file2_chunks=1&file2=${"2".repeat(32)}`],
  ]);
  assert.equal(localStorage.getItem(storeKey(first)), null);
  assert.notEqual(storeKey({ file: second, fields: {} }), storeKey({ file: second, fields: {}, isSecond: true }));
});

test("a call is called by both its recordings", () => {
  const [file, second] = [
    { name: "a.wav", size: 2 },
    { name: "b.wav", size: 3 },
  ];
  assert.deepEqual([nameOf({ file }), bytesOf({ file })], ["a.wav", 2]);
  assert.deepEqual([nameOf({ file, second }), bytesOf({ file, second })], ["a.wav + b.wav", 5]);
});
