// The strips below the curves: stretches of time, each in a colour, with a label above.
import { svg } from "../shared/elements.js";
import { BOTTOM, LEFT, TIMES_HEIGHT } from "./axes.js";
import { areaKey, label } from "./shapes.js";

export const STRIP_HEIGHT = 16;
const STRIP_STEP = 40;
const LABEL_HEIGHT = 20;
const NARROWEST_PX = 1.5;

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
  return strip.segments.flatMap((segment) => {
    const x = axes.x(segment.start_s);
    const width = Math.max(axes.x(segment.end_s) - x, NARROWEST_PX);
    const stroke = segment.colour ? null : colours.ink(50);
    return fillsOf(segment, colours).map((fill, i) =>
      svg("rect", { x, y, width, height: STRIP_HEIGHT, fill, stroke: i ? null : stroke }),
    );
  });
}

// The keys of a strip for the legend, each [key, label].
export function stripKeys(strip, colours) {
  return strip.keys.map((key) => [areaKey(fillsOf(key, colours), colours.ink(50)), key.label]);
}

function fillsOf(item, colours) {
  const fill = item.empty ? colours.ink(6) : item.colour ? colours.standingOut(item.colour) : "url(#dotted)";
  return item.pattern ? [fill, `url(#${item.pattern})`] : [fill];
}
