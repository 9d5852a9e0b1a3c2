import assert from "node:assert/strict";
import { test } from "node:test";
import { Axes, LEFT, RIGHT, wholeView, zoomed } from "../../../webapp/widgets/player/axes.js";
import { contrast, luminance, standOut } from "../../../webapp/widgets/player/colours.js";
import { bandPath, linePath, pointsOf } from "../../../webapp/widgets/player/curves.js";
import { timeAfter, zoomOf } from "../../../webapp/widgets/player/keys.js";
import { decimal, notesAt, spokenAt, valuesAt } from "../../../webapp/widgets/player/readings.js";
import { clock } from "../../../webapp/widgets/shared/clock.js";

const WIDTH = 1000;
const DOMAIN = [0, 1];

function axesTo(end_s, width = WIDTH) {
  return new Axes({ start_s: 0, end_s }, DOMAIN, width);
}

test("a clock", () => {
  assert.equal(clock(0), "0:00");
  assert.equal(clock(59.6), "1:00");
  assert.equal(clock(3605), "1:00:05");
  assert.equal(clock(59.96, true), "1:00.0");
  assert.equal(clock(7.25, true), "0:07.3");
  assert.equal(clock(7.25, true, true), "0:07,3");
});

test("a time and its place on the axis belong together", () => {
  for (const end_s of [0.5, 8, 60, 2400, 7200]) {
    const axes = axesTo(end_s);
    assert.equal(axes.x(0), LEFT);
    assert.equal(axes.x(end_s), WIDTH - RIGHT);
    for (const share of [0, 0.1, 0.5, 1])
      assert.ok(Math.abs(axes.timeAt(axes.x(share * end_s)) - share * end_s) < 1e-9);
  }
});

test("ticks are evenly spaced, in order, within the view, and have room for their texts", () => {
  for (const end_s of [0.5, 3, 8, 61, 2400, 7200])
    for (const width of [320, 1000, 2000]) {
      const axes = axesTo(end_s, width);
      const ticks = axes.timeTicks();
      assert.equal(ticks[0], 0);
      assert.ok(ticks.at(-1) <= end_s + 1e-9);
      for (let i = 1; i < ticks.length; i++) {
        assert.ok(axes.x(ticks[i]) - axes.x(ticks[i - 1]) >= 61.9);
        assert.ok(Math.abs(ticks[i] - i * ticks[1]) < 1e-9);
      }
    }
  assert.deepEqual(axesTo(60).timeTicks(), [0, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60]);
});

test("no two times below the curves read the same", () => {
  for (const end_s of [0.5, 2, 3, 4.5, 6.4, 8, 12, 61, 2400, 7200])
    for (const width of [320, 700, 1000, 2000]) {
      const axes = axesTo(end_s, width);
      const texts = axes.timeTicks().map((time_s) => clock(time_s, axes.tickStep_s < 1));
      assert.equal(new Set(texts).size, texts.length, `${end_s} s, ${width} px: ${texts}`);
    }
});

test("a view grows and shrinks around a time and stays within the recording", () => {
  assert.deepEqual(wholeView(0.2), { start_s: 0, end_s: 0.5 });
  assert.deepEqual(zoomed(wholeView(60), 1 / 2, 30, 60), { start_s: 15, end_s: 45 });
  assert.deepEqual(zoomed(wholeView(60), 1 / 2, 0, 60), { start_s: 0, end_s: 30 });
  assert.deepEqual(zoomed(wholeView(60), 1 / 2, 60, 60), { start_s: 30, end_s: 60 });
  assert.deepEqual(zoomed({ start_s: 10, end_s: 12 }, 1 / 2, 11, 60), { start_s: 10, end_s: 12 });
  assert.deepEqual(zoomed({ start_s: 10, end_s: 12 }, Number.MAX_VALUE, 11, 60), wholeView(60));
});

test("a curve is one point a step where there is room, and a mean where there is none", () => {
  const few = pointsOf([0, 1, null, 1], 0.5, 2, axesTo(2));
  assert.deepEqual(
    few.map((point) => point?.[1] ?? null),
    [0, 1, null, 1],
  );
  assert.equal(few[0][0], axesTo(2).x(0.25));
  const values = Array.from({ length: 4000 }, (_, i) => (i < 2000 ? i % 2 : null));
  const many = pointsOf(values, 0.5, 2000, axesTo(2000));
  assert.ok(many.length <= WIDTH);
  assert.ok(many.slice(0, 400).every(([, value]) => value === 0.5));
  assert.equal(many.at(-1), null);
});

test("a gap breaks a line and a band, and is never bridged", () => {
  const axes = axesTo(4);
  const upper = pointsOf([1, 1, null, 1], 1, 4, axes);
  const lower = pointsOf([0, 0, null, 0], 1, 4, axes);
  assert.equal(linePath(upper, axes).match(/M/g).length, 2);
  assert.equal(bandPath(lower, upper, axes).match(/M[^Z]*Z/g).length, 2);
  assert.equal(linePath([null], axes), "");
});

test("lines stand out from a light and a dark ground at 3 to 1, and keep their colour where they do already", () => {
  for (const ground of [
    [255, 255, 255],
    [14, 17, 23],
  ])
    for (const rgb of [
      [230, 159, 0],
      [208, 208, 208],
      [0, 114, 178],
      [0, 0, 0],
      [255, 255, 255],
    ]) {
      const drawn = standOut(rgb, ground);
      assert.ok(contrast(luminance(drawn), luminance(ground)) >= 3);
      if (contrast(luminance(rgb), luminance(ground)) >= 3) assert.deepEqual(drawn, rgb);
    }
  assert.ok(Math.abs(contrast(luminance([0, 0, 0]), luminance([255, 255, 255])) - 21) < 1e-9);
});

const DATA = {
  step_s: 0.5,
  curves: [
    { id: "happy", label: "joy", values: [0.2, null] },
    { id: "sad", label: "sadness", values: [0.7, null] },
  ],
  gaps: [[0.5, 1]],
  doubtful: [],
  strips: [{ segments: [{ start_s: 0, end_s: 0.5, text: "voice: joy" }], silent: "silence" }],
  texts: { gap: "no face", doubtful: "in doubt", comma: true },
};

test("what stands at a time: the highest first, none of the hidden, gaps and strips in words", () => {
  assert.deepEqual(
    valuesAt(DATA, new Set(), 0.1).map(({ curve }) => curve.id),
    ["sad", "happy"],
  );
  assert.deepEqual(
    valuesAt(DATA, new Set(["sad"]), 0.1).map(({ curve }) => curve.id),
    ["happy"],
  );
  assert.deepEqual(notesAt(DATA, 0.1), ["voice: joy"]);
  assert.deepEqual(notesAt(DATA, 0.5), ["no face", "silence"]);
  assert.equal(spokenAt(DATA, new Set(), 0.1), "sadness 0,70. joy 0,20. voice: joy");
  assert.equal(spokenAt(DATA, new Set(), 0.7), "no face. silence");
  assert.equal(decimal(-0.5, { comma: false }), "−0.50");
});

test("keys move by a step, far with Shift, and to both ends", () => {
  const after = (key, shiftKey = false) => timeAfter({ key, shiftKey }, 10, 0.5, 60);
  assert.deepEqual(
    ["ArrowLeft", "ArrowRight", "PageUp", "Home", "End"].map((key) => after(key)),
    [9.5, 10.5, 15, 0, 60],
  );
  assert.equal(after("ArrowRight", true), 15);
  assert.equal(after("a"), null);
  assert.deepEqual(["+", "-", "a"].map(zoomOf), [1 / 2, 2, null]);
});
