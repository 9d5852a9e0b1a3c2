// The strips below the curves: stretches of time, each in a colour, with a label above.
import { svg } from "../shared/elements.js";
import { BOTTOM, LEFT, TIMES_HEIGHT } from "./axes.js";
import { areaKey, label } from "./shapes.js";

export const STRIP_HEIGHT = 16;
const STRIP_STEP = 40;
const LABEL_HEIGHT = 20;
const NARROWEST_PX = 1.5;
const LETTER_PX = 8.5; // more than most letters are wide

export function stripTop(i) {
  return BOTTOM + TIMES_HEIGHT + i * STRIP_STEP + LABEL_HEIGHT;
}

// The height of the whole chart.
export function heightWith(strips) {
  return BOTTOM + TIMES_HEIGHT + strips.length * STRIP_STEP;
}

// The label and the empty strip, over which the stretches are drawn.
export function stripGround(strip, y, axes, colours) {
  const empty = svg("rect", { x: LEFT, y, width: axes.innerWidth, height: STRIP_HEIGHT, fill: colours.ink(6) });
  return [label(LEFT, y - 5, strip.label, colours.ink(), "start"), empty];
}

export function stretches(strip, y, axes, colours) {
  if (strip.profile) return [profile(strip, y, axes, colours)];
  return strip.segments.flatMap((segment) => {
    const x = axes.x(segment.start_s);
    const width = Math.max(axes.x(segment.end_s) - x, NARROWEST_PX);
    const stroke = segment.colour ? null : colours.ink(50);
    const areas = fillsOf(segment, colours).map((fill, i) =>
      svg("rect", { x, y, width, height: STRIP_HEIGHT, fill, stroke: i ? null : stroke }),
    );
    return segment.name && width > segment.name.length * LETTER_PX ? [...areas, name(segment, x, y, colours)] : areas;
  });
}

// Shares from 0 to 1, one for each step of time, as an area.
function profile({ profile: shares, step_s }, y, axes, colours) {
  const bottom = y + STRIP_HEIGHT;
  const tops = shares.map((share, i) => {
    const level = (bottom - share * STRIP_HEIGHT).toFixed(1);
    return `H${axes.x(i * step_s).toFixed(1)}V${level}H${axes.x((i + 1) * step_s).toFixed(1)}`;
  });
  return svg("path", { d: `M${axes.x(0)} ${bottom}${tops.join("")}V${bottom}Z`, fill: colours.ink(45) });
}

// The name of a stretch that has room for it, on a ground on which it can be read.
function name(segment, x, y, colours) {
  const width = segment.name.length * LETTER_PX;
  const ground = svg("rect", { x: x + 2, y: y + 1, width, height: STRIP_HEIGHT - 2, fill: colours.ground() });
  return svg("g", {}, ground, label(x + 5, y + STRIP_HEIGHT - 3, segment.name, colours.ink(), "start"));
}

// The keys of a strip for the legend, each [key, label, address of what explains it].
export function stripKeys(strip, colours) {
  return strip.keys.map((key) => [areaKey(fillsOf(key, colours), colours.ink(50)), key.label, key.path]);
}

function fillsOf(item, colours) {
  const fill = item.empty ? colours.ink(6) : item.colour ? colours.standingOut(item.colour) : "url(#dotted)";
  return item.pattern ? [fill, `url(#${item.pattern})`] : [fill];
}
