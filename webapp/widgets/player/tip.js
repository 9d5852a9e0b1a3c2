// The box beside the pointer that says what stands at a time.
import { clock } from "../shared/clock.js";
import { html } from "../shared/elements.js";
import { decimal, notesAt, valuesAt } from "./readings.js";
import { curveKey } from "./shapes.js";

const BESIDE_PX = 14;

export class Tip {
  constructor(colours) {
    this.colours = colours;
    this.element = html("div", { class: "tip", hidden: true });
  }

  hide() {
    this.element.hidden = true;
  }

  // Beside x, on the side where there is room within the width.
  show(data, hidden, time_s, x, width) {
    const rows = valuesAt(data, hidden, time_s)
      .filter(({ value }) => value !== null)
      .map((row) => this.row(row, data.texts));
    const notes = notesAt(data, time_s).map((note) => html("p", {}, note));
    this.element.replaceChildren(html("b", {}, clock(time_s, true)), ...rows, ...notes);
    this.element.hidden = false;
    const ownWidth = this.element.offsetWidth;
    const hasRoom = x + BESIDE_PX + ownWidth < width;
    this.element.style.left = `${hasRoom ? x + BESIDE_PX : Math.max(0, x - BESIDE_PX - ownWidth)}px`;
  }

  row({ curve, value }, texts) {
    const name = html("span", {}, curve.label);
    return html("div", {}, curveKey(curve, this.colours), name, html("span", {}, decimal(value, texts)));
  }
}
