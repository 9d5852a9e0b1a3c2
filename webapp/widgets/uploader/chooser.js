// The recordings that were chosen, and where more are dropped or picked.
import { clock } from "../shared/clock.js";
import { html } from "../shared/elements.js";
import { problemOf } from "./check.js";
import { previewOf } from "./preview.js";
import { problem, row, small } from "./row.js";
import { sizeText } from "./size.js";
import { unchoose, uploads } from "./uploads.js";

// Draws what was chosen; the first time also the place to drop and pick.
export function drawChooser(root, data) {
  root.limits = data; // of the latest drawing, for the handlers
  if (!root.firstChild) buildChooser(root);
  const { texts } = data;
  root.querySelector("input").accept = data.endings.map((ending) => `.${ending}`).join(",");
  root.querySelector(".lead").textContent = texts.drop;
  root.querySelector(".pick").textContent = texts.pick;
  root.querySelector(".hint").textContent = texts.hint;
  root.querySelector("ul").replaceChildren(...uploads.chosen.map((item) => chosenRow(item, texts)));
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
    choose([...input.files], root.limits);
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
    choose([...event.dataTransfer.files], root.limits);
  };
  root.append(drop, html("ul", { "aria-live": "polite" }));
}

// Looks at one after another, in the order of the list.
async function choose(files, limits) {
  for (const file of files) {
    if (uploads.chosen.some((item) => isSame(item.file, file))) continue;
    const item = { file, looked: false, problem: null, length_s: null, picture: null };
    uploads.chosen.push(item);
    uploads.draw();
    item.problem = await problemOf(file, limits);
    if (!item.problem) Object.assign(item, await previewOf(file));
    item.looked = true;
    uploads.draw();
    uploads.tell("chosen");
  }
}

function isSame(one, other) {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}

function chosenRow(item, texts) {
  const onclick = () => {
    unchoose(item);
    uploads.draw();
    uploads.tell("chosen");
  };
  const attributes = { type: "button", "aria-label": `${texts.remove}: ${item.file.name}`, onclick };
  return row(item, facts(item, texts), [html("button", attributes, texts.remove)]);
}

function facts(item, texts) {
  if (!item.looked) return [small(texts.looking)];
  const length = item.length_s === null ? [] : [clock(item.length_s)];
  const known = small([...length, sizeText(item.file.size, texts)].join(" · "));
  if (item.problem) return [known, problem(texts[item.problem])];
  return item.length_s === null && !item.picture ? [known, small(` · ${texts.no_look}`)] : [known];
}
