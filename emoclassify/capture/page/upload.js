// Sends the pieces of a recording in their order while it is recorded, and goes on after a loss of the network.
import { insistOn, token } from "./call.js";
import { store } from "./store.js";

export class Upload {
  // facts: { sums, n_chunks, witness, ended } as they are kept; onWait(why) is told why the
  // next piece waits: the name of a text, empty when it goes.
  constructor(facts, onWait) {
    this.facts = facts;
    this.onWait = onWait;
    this.queue = Promise.resolve();
    this.problem = null;
  }

  // Keeps a piece and sends it behind those before. An empty piece ends no recording, and is none of it.
  async add(blob, witness) {
    const number = this.facts.n_chunks;
    this.facts.n_chunks += 1;
    this.facts.witness = witness;
    await store.setChunk(number, blob);
    await store.setFacts(this.facts);
    this.send(number);
  }

  // Sends what is still kept, after the page was loaded anew; a piece that had arrived already changes nothing.
  resume() {
    for (let number = 0; number < this.facts.n_chunks; number++) this.send(number);
  }

  send(number) {
    this.queue = this.queue.then(() => this.sendNow(number)).catch((problem) => (this.problem ??= problem));
  }

  async sendNow(number) {
    const blob = await store.chunk(number);
    if (this.problem || !blob) return;
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await blob.arrayBuffer()));
    const headers = {
      "Content-Type": "application/octet-stream",
      "Content-Digest": `sha-256=:${btoa(String.fromCharCode(...digest))}:`,
    };
    this.facts.sums[number] = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    await insistOn("PUT", `${token}/sitting/chunks/${number}`, blob, headers, this.onWait);
    await store.setFacts(this.facts); // before the piece goes: its checksum is needed at the end
    await store.removeChunk(number);
  }

  // Resolves when all is sent and the server has put it together.
  async end(witness, isBrokenOff) {
    this.facts.witness = witness;
    this.facts.ended = true;
    await store.setFacts(this.facts);
    await this.queue;
    if (this.problem) throw this.problem;
    const body = { sums: this.facts.sums, witness, broken_off: isBrokenOff };
    await insistOn("POST", `${token}/sitting/done`, body, {}, this.onWait);
    await store.clear();
  }
}
