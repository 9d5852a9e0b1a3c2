import assert from "node:assert/strict";
import { test } from "node:test";
import { keepRecord, markCut, otherRecords, removeRecord } from "../../../webapp/widgets/uploader/elsewhere.js";

// What the browser's storage does, for these calls.
function storage() {
  const texts = new Map([["of-something-else", "x"]]);
  return {
    getItem: (key) => texts.get(key) ?? null,
    setItem: (key, text) => texts.set(key, text),
    removeItem: (key) => texts.delete(key),
    key: (i) => [...texts.keys()][i],
    get length() {
      return texts.size;
    },
  };
}

const SENDING = { names: ["a.mp4", "b.mp4"], done: 1, all: 3 };

test("another tab sees what a tab hands in, and the tab itself does not", () => {
  const kept = storage();
  keepRecord(kept, "one", SENDING, 1000);
  assert.deepEqual(otherRecords(kept, "one", 1000), []);
  const [record] = otherRecords(kept, "two", 61000); // a hidden tab renews once a minute
  assert.deepEqual([record.tab, record.names, record.done, record.all], ["one", ["a.mp4", "b.mp4"], 1, 3]);
  assert.equal(record.isCut, false);
});

test("what a tab that was closed has not handed in is told until it is understood", () => {
  const kept = storage();
  keepRecord(kept, "one", SENDING, 1000);
  markCut(kept, "one");
  assert.equal(otherRecords(kept, "two", 1001)[0].isCut, true);
  removeRecord(kept, "one");
  assert.deepEqual(otherRecords(kept, "two", 1001), []);
});

test("a tab that ended without a word is gone after a while", () => {
  const kept = storage();
  keepRecord(kept, "one", SENDING, 1000);
  assert.equal(otherRecords(kept, "two", 1000 + 120000)[0].isCut, true);
});

test("where all is handed in nothing is told", () => {
  const kept = storage();
  keepRecord(kept, "one", SENDING, 1000);
  keepRecord(kept, "one", { names: [], done: 3, all: 3 }, 2000);
  markCut(kept, "one");
  assert.deepEqual(otherRecords(kept, "two", 2000), []);
});
