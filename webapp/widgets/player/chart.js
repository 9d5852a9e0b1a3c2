// Curves, gaps and strips on one time axis, with a cursor at the recording's time and a thin line at the pointer's.
import { clock } from "../shared/clock.js";
import { svg } from "../shared/elements.js";
import { Axes, BOTTOM, HEIGHT, LEFT, TOP } from "./axes.js";
import { bandPath, linePath, pointsOf } from "./curves.js";
import { spokenAt } from "./readings.js";
import { label, patterns } from "./shapes.js";
import { heightWith, STRIP_HEIGHT, stretches, stripGround, stripTop } from "./strips.js";

const NARROWEST_PX = 60;

export class Chart {
  constructor(colours) {
    this.colours = colours;
    this.element = svg("svg", { class: "chart", tabindex: 0, role: "slider" });
  }

  // Draws a view without the curves whose ids are in hiddenIds; false where the width is too small.
  draw(data, hiddenIds, view, width) {
    this.data = data;
    this.hiddenIds = hiddenIds;
    this.axes = new Axes(view, data.domain, width);
    if (width < NARROWEST_PX) return false;
    this.height = heightWith(data.strips);
    const inside = svg("g", { "clip-path": "url(#inside)" }, ...this.markedSpans(), ...this.curves(), ...this.strips());
    this.addPointers(inside);
    this.element.setAttribute("height", this.height);
    this.element.setAttribute("viewBox", `0 0 ${width} ${this.height}`);
    this.element.replaceChildren(this.definitions(), ...this.scales(), ...this.stripGrounds(), inside);
    this.element.setAttribute("aria-label", data.texts.chart);
    this.element.setAttribute("aria-valuemin", 0);
    this.element.setAttribute("aria-valuemax", data.end_s.toFixed(1));
    return true;
  }

  definitions() {
    const inside = svg("rect", { x: LEFT, y: 0, width: this.axes.innerWidth, height: this.height });
    return svg("defs", {}, svg("clipPath", { id: "inside" }, inside), ...patterns(this.colours));
  }

  // The scale of values at the left, with a line across for each, and that of times below.
  scales() {
    const { axes, colours } = this;
    const values = this.data.ticks.flatMap(({ value, label: text }) => {
      const y = axes.y(value);
      const stroke = colours.ink(value === 0 ? 60 : 18);
      const line = svg("line", { x1: LEFT, x2: LEFT + axes.innerWidth, y1: y, y2: y, stroke });
      return [line, label(LEFT - 6, y + 4, text, colours.ink(), "end")];
    });
    const times = axes.timeTicks().flatMap((time_s) => {
      const x = axes.x(time_s);
      const text = clock(time_s, axes.tickStep_s < 1, this.data.texts.comma);
      const line = svg("line", { x1: x, x2: x, y1: BOTTOM, y2: BOTTOM + 5, stroke: colours.ink(60) });
      return [line, label(x, BOTTOM + 19, text, colours.ink(), "middle")];
    });
    return [...values, ...times];
  }

  // Gaps, and times whose values are in doubt.
  markedSpans() {
    const kinds = { hatched: this.data.gaps, dotted: this.data.doubtful };
    return Object.entries(kinds).flatMap(([kind, spans]) =>
      spans.map(([start_s, end_s]) => {
        const x = this.axes.x(start_s);
        const width = Math.max(this.axes.x(end_s) - x, 1);
        return svg("rect", { class: kind, x, y: TOP, width, height: HEIGHT, fill: `url(#${kind})` });
      }),
    );
  }

  curves() {
    const { band, curves } = this.data;
    const shown = curves.filter((curve) => !this.hiddenIds.has(curve.id));
    const asRead = shown.filter((curve) => curve.as_read).map((curve) => this.curveAsRead(curve));
    const ownBands = shown.filter((curve) => curve.low).map((curve) => this.band(curve, this.colours.ofLine(curve)));
    const bands = band ? [this.band(band, this.colours.ink()), ...ownBands] : ownBands;
    return [...bands, ...asRead, ...shown.map((curve) => this.curve(curve))];
  }

  // The area between two curves: of several recordings, or around one curve.
  band({ low, high }, fill) {
    const d = bandPath(this.points(low), this.points(high), this.axes);
    return svg("path", { class: "band", d, fill, "fill-opacity": 0.15 });
  }

  curve(curve) {
    return svg("path", {
      class: "curve",
      d: linePath(this.points(curve.values), this.axes),
      fill: "none",
      stroke: this.colours.ofLine(curve),
      "stroke-width": curve.wide ? 3.5 : 2,
      "stroke-dasharray": curve.dash || null,
      "stroke-linejoin": "round",
      "stroke-linecap": "round",
    });
  }

  // The values before they were smoothed: thin and pale, behind all others.
  curveAsRead(curve) {
    return svg("path", {
      class: "curve-as-read",
      d: linePath(this.points(curve.as_read), this.axes),
      fill: "none",
      stroke: this.colours.standingOut(curve.colour),
      "stroke-width": 1,
      "stroke-opacity": 0.45,
      "stroke-linejoin": "round",
    });
  }

  points(values) {
    return pointsOf(values, this.data.step_s, this.data.end_s, this.axes);
  }

  // The stretches of the strips, and a triangle at each key moment.
  strips() {
    const { strips, moments } = this.data;
    const triangles = moments.map(({ time_s }) =>
      svg("path", { d: `M${this.axes.x(time_s)} ${BOTTOM} l-5 -9 h10 z`, fill: this.colours.ink() }),
    );
    return [...strips.flatMap((strip, i) => stretches(strip, stripTop(i), this.axes, this.colours)), ...triangles];
  }

  stripGrounds() {
    return this.data.strips.flatMap((strip, i) => stripGround(strip, stripTop(i), this.axes, this.colours));
  }

  addPointers(inside) {
    const lineAttributes = {
      y1: TOP,
      y2: this.height,
      stroke: this.colours.ink(50),
      "stroke-width": 1,
      visibility: "hidden",
    };
    this.pointerLine = svg("line", lineAttributes);
    // The cursor crosses the curves and every strip, but not the texts between them.
    const stripLines = this.data.strips.map((_, i) => `M0 ${stripTop(i)}v${STRIP_HEIGHT}`).join("");
    const cursorAttributes = { class: "cursor", d: `M0 ${TOP}V${BOTTOM}${stripLines}`, stroke: this.colours.ink() };
    this.cursor = svg("path", { ...cursorAttributes, "stroke-width": 2 });
    inside.append(this.pointerLine, this.cursor);
  }

  // Moves the cursor to a time, and describes that time to screen readers.
  moveTo(time_s) {
    if (!this.cursor) return;
    this.cursor.setAttribute("transform", `translate(${this.axes.x(time_s)})`);
    this.element.setAttribute("aria-valuenow", time_s.toFixed(1));
    const spoken = spokenAt(this.data, this.hiddenIds, time_s);
    this.element.setAttribute("aria-valuetext", `${clock(time_s, true, this.data.texts.comma)}. ${spoken}`);
  }

  // Moves the thin line to a time.
  pointTo(time_s) {
    const x = this.axes.x(time_s);
    this.pointerLine.setAttribute("visibility", "visible");
    this.pointerLine.setAttribute("x1", x);
    this.pointerLine.setAttribute("x2", x);
  }

  // The time under the pointer, within the recording.
  timeOf(event) {
    const time_s = this.axes.timeAt(event.clientX - this.element.getBoundingClientRect().left);
    return Math.min(Math.max(time_s, 0), this.data.end_s);
  }
}
