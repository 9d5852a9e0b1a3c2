// A table of recordings: a name opens one, ticks choose several. Ticks of recordings that are not listed just now stay.
import { html } from "../shared/elements.js";
import { bar, still } from "./pictures.js";

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  const chosenIds = new Set(data.chosen);
  const onChoose = (ids, isChosen) => {
    for (const id of ids) chosenIds[isChosen ? "add" : "delete"](id);
    setStateValue("chosen", [...chosenIds]);
  };
  const onOpen = (id) => setTriggerValue("opened", id);
  const rows = data.rows.map((row) => jobRow(row, data, chosenIds.has(row.id), { onChoose, onOpen }));
  const heads = data.columns.map((text) => html("th", { scope: "col" }, text));
  const allHead = html("th", { scope: "col" }, tickAll(data, chosenIds, onChoose, rows));
  const head = html("thead", {}, html("tr", {}, allHead, html("td"), ...heads));
  const table = html("table", {}, head, html("tbody", {}, ...rows));
  parentElement.querySelector(".jobs").replaceChildren(table);
}

function tickAll({ rows, texts }, chosenIds, onChoose, elements) {
  const ids = rows.map((row) => row.id);
  const areAll = ids.length > 0 && ids.every((id) => chosenIds.has(id));
  const box = html("input", { type: "checkbox", checked: areAll, "aria-label": texts.choose_all });
  box.onchange = () => {
    for (const element of elements) element.querySelector("input").checked = box.checked;
    onChoose(ids, box.checked);
  };
  return box;
}

function jobRow(row, { columns, texts }, isChosen, { onChoose, onOpen }) {
  const label = `${texts.choose}: ${row.name}`;
  const checkbox = html("input", { type: "checkbox", checked: isChosen, "aria-label": label });
  checkbox.onchange = () => onChoose([row.id], checkbox.checked);
  const openButton = html("button", { type: "button", class: "open", onclick: () => onOpen(row.id) }, row.name);
  // On a narrow page the style sheet shows the column's name before each text.
  const cells = row.cells.map((text, i) => html("td", { "data-label": text ? columns[i + 1] : null }, text));
  const name = html("td", { class: "name" }, openButton, ...bar(row.shares));
  return html(
    "tr",
    {},
    html("td", { class: "tick" }, checkbox),
    html("td", { class: "still" }, ...still(row)),
    name,
    ...cells,
  );
}
