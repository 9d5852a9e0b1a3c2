// A list of the selected recordings, and an area to drop or pick more.
import { clock } from "../shared/clock.js";
import { html } from "../shared/elements.js";
import { problemOf } from "./check.js";
import { notices } from "./notices.js";
import { previewOf } from "./preview.js";
import { problem, row, small } from "./row.js";
import { sizeText } from "./size.js";
import { deselect, uploads } from "./uploads.js";

// Draws the selected recordings; the first time also the area to drop and pick.
export function drawChooser(root, data) {
  root.limits = data; // of the latest drawing, for the event handlers
  if (!root.firstChild) buildChooser(root);
  const { texts } = data;
  root.querySelector("input").accept = data.endings.map((ending) => `.${ending}`).join(",");
  root.querySelector(".notices").replaceChildren(...notices(texts));
  root.querySelector(".lead").textContent = texts.drop;
  root.querySelector(".pick").textContent = texts.pick;
  root.querySelector(".hint").textContent = texts.hint;
  root.querySelector("ul").replaceChildren(...uploads.selection.map((item) => selectionRow(item, texts)));
}

function buildChooser(root) {
  const input = html("input", { type: "file", multiple: true, hidden: true });
  const pick = html("button", { type: "button", class: "pick", onclick: () => input.click() });
  const drop = html(
    "div",
    { class: "drop" },
    html("p", { class: "lead" }),
    pick,
    input,
    html("p", { class: "small hint" }),
  );
  input.onchange = () => {
    select([...input.files], root.limits);
    input.value = "";
  };
  drop.ondragover = (event) => {
    event.preventDefault();
    drop.classList.add("over");
  };
  drop.ondragleave = () => drop.classList.remove("over");
  drop.ondrop = (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    select([...event.dataTransfer.files], root.limits);
  };
  root.append(html("div", { class: "notices" }), drop, html("ul", { "aria-live": "polite" }));
}

// Checks one file after another, in the order of the list.
async function select(files, limits) {
  for (const file of files) {
    if (uploads.selection.some((item) => isSame(item.file, file))) continue;
    const item = { file, isChecked: false, problem: null, length_s: null, picture: null };
    uploads.selection.push(item);
    uploads.draw();
    item.problem = await problemOf(file, limits);
    if (!item.problem) Object.assign(item, await previewOf(file));
    item.isChecked = true;
    uploads.draw();
    uploads.notify("selected");
  }
}

function isSame(file, other) {
  return file.name === other.name && file.size === other.size && file.lastModified === other.lastModified;
}

function selectionRow(item, texts) {
  const onclick = () => {
    deselect(item);
    uploads.draw();
    uploads.notify("selected");
  };
  const attributes = { type: "button", "aria-label": `${texts.remove}: ${item.file.name}`, onclick };
  return row(item, facts(item, texts), [html("button", attributes, texts.remove)]);
}

function facts(item, texts) {
  if (!item.isChecked) return [small(texts.looking)];
  const lengths = item.length_s === null ? [] : [clock(item.length_s)];
  const sizeAndLength = small([...lengths, sizeText(item.file.size, texts)].join(" · "));
  if (item.problem) return [sizeAndLength, problem(texts[item.problem])];
  return item.length_s === null && !item.picture ? [sizeAndLength, small(` · ${texts.no_look}`)] : [sizeAndLength];
}
