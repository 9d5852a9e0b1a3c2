// Parts of drawings: labels, patterns, and the keys of a legend.
import { svg } from "../shared/elements.js";

export function label(x, y, content, fill, anchor) {
  return svg("text", { x, y, fill, "text-anchor": anchor, "font-size": 14 }, content);
}

const RISING = "M-2 2 l4 -4 M0 8 l8 -8 M6 10 l4 -4";
const FALLING = "M-2 6 l4 4 M0 0 l8 8 M6 -2 l4 4";
const UPRIGHT = "M4 0 v8";

// The patterns for fills of the form url(#id): hatched for gaps, dotted for doubt, and of the verdicts on face and
// voice: falling where the face shows more, upright where the voice does, crossed where they differ.
export function patterns(colours) {
  const ground = colours.ground();
  return [
    lines("hatched", RISING, colours.ink(45)),
    lines("falling", FALLING, ground),
    lines("upright", UPRIGHT, ground),
    lines("crossed", RISING + FALLING, ground),
    dots("dotted", colours.ink(60)),
  ];
}

function lines(id, d, ink) {
  const path = svg("path", { d, stroke: ink, "stroke-width": 1.2 });
  return svg("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, path);
}

function dots(id, ink) {
  const dot = svg("circle", { cx: 3, cy: 3, r: 1, fill: ink });
  return svg("pattern", { id, width: 6, height: 6, patternUnits: "userSpaceOnUse" }, dot);
}

// A stroke in the colour and dashes of a curve.
export function curveKey(curve, colours) {
  const line = {
    x1: 0,
    x2: 24,
    y1: 6,
    y2: 6,
    stroke: colours.ofLine(curve),
    "stroke-width": curve.wide ? 4 : 3,
    "stroke-dasharray": curve.dash || null,
  };
  return swatch(svg("line", line));
}

// A thin stroke: values as they were read.
export function thinKey(stroke) {
  return swatch(svg("line", { x1: 0, x2: 24, y1: 6, y2: 6, stroke, "stroke-width": 1 }));
}

// A small area with one or more fills over each other.
export function areaKey(fills, stroke) {
  return swatch(...fills.map((fill, i) => svg("rect", { width: 24, height: 12, fill, stroke: i ? null : stroke })));
}

function swatch(...shapes) {
  return svg("svg", { class: "swatch", viewBox: "0 0 24 12", "aria-hidden": "true" }, ...shapes);
}
