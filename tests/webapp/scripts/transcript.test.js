// Where a time is in a transcript, and which phrases are asked for.
import assert from "node:assert/strict";
import test from "node:test";
import { fits, placeAt } from "../../../webapp/widgets/transcript/places.js";

const word = (start_s, end_s, text) => ({ start_s, end_s, text });
const PHRASES = [
  { start_s: 0.4, end_s: 1, role: "agent", emotion: "", words: [word(0.4, 0.6, "We"), word(0.6, 1, "are")] },
  {
    start_s: 0.9,
    end_s: 2,
    role: "customer",
    emotion: "angry",
    words: [word(0.9, 2, "\u0423\u0436\u0430\u0441\u043d\u043e!")],
  },
];

test("a time is in the word that is being said, of two at once in the later one", () => {
  assert.equal(placeAt(PHRASES, 0.3), null);
  assert.deepEqual(placeAt(PHRASES, 0.4), { phrase: 0, word: 0 });
  assert.deepEqual(placeAt(PHRASES, 0.7), { phrase: 0, word: 1 });
  assert.deepEqual(placeAt(PHRASES, 0.95), { phrase: 1, word: 0 });
  assert.equal(placeAt(PHRASES, 2), null);
  assert.equal(placeAt([], 1), null);
});

test("phrases are searched in any case, by words and role, and filtered by emotion", () => {
  const found = (query, emotion) => PHRASES.map((phrase) => fits(phrase, query, emotion));
  assert.deepEqual(found("", ""), [true, true]);
  assert.deepEqual(found(" WE ARE ", ""), [true, false]);
  assert.deepEqual(found("\u0443\u0436\u0430\u0441", ""), [false, true]);
  assert.deepEqual(found("agent", ""), [true, false]);
  assert.deepEqual(found("", "angry"), [false, true]);
  assert.deepEqual(found("we", "angry"), [false, false]);
});
