// A button for each curve, which hides or shows it, and the meanings of the patterns and colours.
import { html } from "../shared/elements.js";
import { areaKey, curveKey, thinKey } from "./shapes.js";
import { stripKeys } from "./strips.js";

export class Legend {
  constructor(colours, onToggle) {
    this.colours = colours;
    this.onToggle = onToggle;
    this.element = html("div", { class: "legend" });
  }

  draw(data, hiddenIds) {
    const buttons = data.curves.map((curve) => {
      const attributes = { type: "button", "aria-pressed": String(!hiddenIds.has(curve.id)) };
      const onclick = () => this.onToggle(curve.id);
      return html("button", { ...attributes, onclick }, curveKey(curve, this.colours), curve.label);
    });
    const keys = this.keys(data).map(([key, label, href]) => {
      const words = href ? html("a", { href, target: "_blank" }, label) : label;
      return html("span", { class: "key" }, key, words);
    });
    this.element.replaceChildren(...buttons, ...keys);
  }

  keys({ gaps, doubtful, band, curves, strips, texts }) {
    const edge = this.colours.ink(50);
    const keys = [];
    if (texts.as_read) keys.push([thinKey(edge), texts.as_read, texts.line_path]);
    if (gaps.length) keys.push([areaKey(["url(#hatched)"], edge), texts.gap, texts.gap_path]);
    if (doubtful.length) keys.push([areaKey(["url(#dotted)"], edge), texts.doubtful, texts.doubtful_path]);
    if (band) keys.push([areaKey([this.colours.ink(25)], null), band.label]);
    if (curves.some((curve) => curve.low)) keys.push([areaKey([this.colours.ink(25)], null), texts.band]);
    return [...keys, ...strips.flatMap((strip) => stripKeys(strip, this.colours))];
  }
}
