// One person's curve before the panel's mean.
import { svg } from "../shared/elements.js";

export const WIDTH = 180;
const HEIGHT = 56;

export function curves({ values }, { mean, domain, colour }) {
  const view = { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" };
  const panel = svg("path", { class: "mean", d: path(mean, domain) });
  return svg("svg", view, panel, svg("path", { class: "own", d: path(values, domain), stroke: colour }));
}

// A line through the values, which a gap (null) breaks.
export function path(values, [low, high]) {
  let text = "";
  let isOpen = false;
  values.forEach((value, i) => {
    if (value !== null) {
      const x = ((i + 0.5) / values.length) * WIDTH;
      const y = (1 - (value - low) / (high - low)) * HEIGHT;
      text += `${isOpen ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`;
    }
    isOpen = value !== null;
  });
  return text;
}
