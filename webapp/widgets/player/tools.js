// The buttons below the chart: zoom in, out, to all of it; save it as a picture.
import { html } from "../shared/elements.js";

const ZOOM_FROM_S = 20;
const PICTURES = ["png", "svg"];

// `onZoom` is called with the factor by which the view becomes longer, `onSave` with the kind of picture.
export function toolButtons(data, onZoom, onSave) {
  const { texts } = data;
  const zooms = [
    ["+", texts.closer, 1 / 2],
    ["−", texts.wider, 2],
    ["⟷", texts.whole, Number.MAX_VALUE],
  ].map(([sign, name, factor]) =>
    html("button", { type: "button", "aria-label": name, title: name, onclick: () => onZoom(factor) }, sign),
  );
  const saves = PICTURES.map((kind) => html("button", { type: "button", onclick: () => onSave(kind) }, texts[kind]));
  return [...(data.end_s > ZOOM_FROM_S ? zooms : []), ...(data.export ? saves : [])];
}
