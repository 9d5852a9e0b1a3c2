// What of a recording was not sent yet, kept in the browser until it was: the page may be closed or loaded anew.
import { token } from "./call.js";

const NAME = `emoclassify-recording:${token}`;
const FACTS = "facts";

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

// Where the browser keeps nothing (a private window), what is not sent yet is only in memory.
class Memory {
  content = new Map();
  async get(key) {
    return this.content.get(key);
  }
  async set(key, value) {
    this.content.set(key, value);
  }
  async remove(key) {
    this.content.delete(key);
  }
  async clear() {
    this.content.clear();
  }
}

class Database {
  constructor(database) {
    this.database = database;
  }
  run(mode, act) {
    return done(act(this.database.transaction("parts", mode).objectStore("parts")));
  }
  get(key) {
    return this.run("readonly", (parts) => parts.get(key));
  }
  set(key, value) {
    return this.run("readwrite", (parts) => parts.put(value, key));
  }
  remove(key) {
    return this.run("readwrite", (parts) => parts.delete(key));
  }
  clear() {
    return this.run("readwrite", (parts) => parts.clear());
  }
}

async function opened() {
  try {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => request.result.createObjectStore("parts");
    return new Database(await done(request));
  } catch {
    return new Memory();
  }
}

const keeper = opened();

// The pieces by their numbers, and the facts: { sums, n_chunks, witness, ended }.
export const store = {
  facts: async () => (await keeper).get(FACTS),
  setFacts: async (facts) => (await keeper).set(FACTS, facts),
  chunk: async (number) => (await keeper).get(number),
  setChunk: async (number, blob) => (await keeper).set(number, blob),
  removeChunk: async (number) => (await keeper).remove(number),
  clear: async () => (await keeper).clear(),
};
