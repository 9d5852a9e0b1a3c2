// The box beside the pointer with the values and notes at its time.
import { clock } from "../shared/clock.js";
import { html } from "../shared/elements.js";
import { decimal, notesAt, valuesAt } from "./readings.js";
import { curveKey } from "./shapes.js";

const DISTANCE_PX = 14;

export class Tip {
  constructor(colours) {
    this.colours = colours;
    this.element = html("div", { class: "tip", hidden: true });
  }

  hide() {
    this.element.hidden = true;
  }

  // Shows the box beside x, on the side where it fits within the width.
  show(data, hiddenIds, time_s, x, width) {
    const rows = valuesAt(data, hiddenIds, time_s)
      .filter(({ value }) => value !== null)
      .map((row) => this.row(row, data.texts));
    const notes = notesAt(data, time_s).map((note) => html("p", {}, note));
    this.element.replaceChildren(html("b", {}, clock(time_s, true, data.texts.comma)), ...rows, ...notes);
    this.element.hidden = false;
    const ownWidth = this.element.offsetWidth;
    const hasRoom = x + DISTANCE_PX + ownWidth < width;
    this.element.style.left = `${hasRoom ? x + DISTANCE_PX : Math.max(0, x - DISTANCE_PX - ownWidth)}px`;
  }

  row({ curve, value }, texts) {
    const name = html("span", {}, curve.label);
    return html("div", {}, curveKey(curve, this.colours), name, html("span", {}, decimal(value, texts)));
  }
}
