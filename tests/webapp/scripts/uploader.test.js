import assert from "node:assert/strict";
import { test } from "node:test";
import { problemOf } from "../../../webapp/widgets/uploader/check.js";
import { sizeText } from "../../../webapp/widgets/uploader/size.js";

const EN = { kilobytes: "KB", megabytes: "MB", comma: false };
const LIMITS = { endings: ["png"], max_bytes: 20, first_bytes: { n: 16, pattern: "\\x89PNG" } };
const PNG = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

test("sizes in the reader's language", () => {
  assert.equal(sizeText(1, EN), "1 KB");
  assert.equal(sizeText(1536 * 1024, EN), "1.5 MB");
  assert.equal(sizeText(1536 * 1024, { ...EN, comma: true }), "1,5 MB");
  assert.equal(sizeText(20.4 * 1024 ** 2, EN), "20 MB");
});

test("what is wrong with a file is told before it is sent", async () => {
  const problem = (content, name) => problemOf(new File(content, name), LIMITS);
  assert.equal(await problem([PNG], "a.PNG"), null);
  assert.equal(await problem([PNG], "a.txt"), "wrong_ending");
  assert.equal(await problem([PNG], "png"), "wrong_ending");
  assert.equal(await problem([], "a.png"), "empty");
  assert.equal(await problem([PNG, PNG, PNG], "a.png"), "too_large");
  assert.equal(await problem(["text"], "a.png"), "not_media");
});
