// The chart as a picture to save, with a title and a legend.
import { html, svg } from "../shared/elements.js";
import { LEFT } from "./axes.js";
import { curveKey, label } from "./shapes.js";

const TITLE_HEIGHT = 40;
const ROW_HEIGHT = 20;
const PIXELS_PER_UNIT = 2;
const REVOKE_AFTER_MS = 10000;

// An SVG element with the curves that `chart` shows.
export function drawPicture(chart, width) {
  const { colours, data, hiddenIds, height } = chart;
  const curves = data.curves.filter((curve) => !hiddenIds.has(curve.id));
  const fullHeight = height + TITLE_HEIGHT + curves.length * ROW_HEIGHT;
  const picture = svg("svg", {
    xmlns: "http://www.w3.org/2000/svg",
    width,
    height: fullHeight,
    "font-family": "sans-serif",
  });
  const ground = svg("rect", { width: "100%", height: "100%", fill: colours.ground() });
  picture.append(ground, label(LEFT, 22, data.export.title, colours.ink(), "start"), copyOf(chart.element));
  curves.forEach((curve, i) => {
    const y = height + TITLE_HEIGHT + i * ROW_HEIGHT;
    const key = curveKey(curve, colours).firstChild;
    key.setAttribute("transform", `translate(${LEFT} ${y - 10})`);
    picture.append(key, label(LEFT + 32, y, curve.label, colours.ink(), "start"));
  });
  return picture;
}

function copyOf(chartElement) {
  const copies = [...chartElement.childNodes].map((node) => node.cloneNode(true));
  const body = svg("g", { transform: "translate(0 30)" }, ...copies);
  for (const cursor of body.querySelectorAll(".cursor")) cursor.remove();
  return body;
}

// Downloads the picture as a file of a kind, "svg" or "png".
export function savePicture(picture, kind, name) {
  const source = new XMLSerializer().serializeToString(picture);
  const svgBlob = new Blob([source], { type: "image/svg+xml" });
  if (kind === "svg") {
    download(svgBlob, `${name}.svg`);
    return;
  }
  const image = new Image();
  image.onload = () => {
    const [width, height] = ["width", "height"].map((side) => Number(picture.getAttribute(side)) * PIXELS_PER_UNIT);
    const canvas = html("canvas", { width, height });
    canvas.getContext("2d").drawImage(image, 0, 0, width, height);
    canvas.toBlob((blob) => download(blob, `${name}.png`));
    URL.revokeObjectURL(image.src);
  };
  image.src = URL.createObjectURL(svgBlob);
}

function download(blob, name) {
  const link = html("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), REVOKE_AFTER_MS);
}
