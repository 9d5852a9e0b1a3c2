// A table of recordings: a name opens one, ticks choose several.
import { html } from "../shared/elements.js";

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  const chosenIds = new Set(data.chosen);
  const onChoose = (id, isChosen) => {
    if (isChosen) chosenIds.add(id);
    else chosenIds.delete(id);
    setStateValue("chosen", [...chosenIds]);
  };
  const onOpen = (id) => setTriggerValue("opened", id);
  const heads = [data.texts.choose, ...data.columns].map((text) => html("th", { scope: "col" }, text));
  const rows = data.rows.map((row) => jobRow(row, data, chosenIds.has(row.id), { onChoose, onOpen }));
  const table = html("table", {}, html("thead", {}, html("tr", {}, ...heads)), html("tbody", {}, ...rows));
  parentElement.querySelector(".jobs").replaceChildren(table);
}

function jobRow(row, { columns, texts }, isChosen, { onChoose, onOpen }) {
  const label = `${texts.choose}: ${row.name}`;
  const checkbox = html("input", { type: "checkbox", checked: isChosen, "aria-label": label });
  checkbox.onchange = () => onChoose(row.id, checkbox.checked);
  const openButton = html("button", { type: "button", class: "open", onclick: () => onOpen(row.id) }, row.name);
  // On a narrow page the style sheet shows the column's name before each text.
  const cells = row.cells.map((text, i) => html("td", { "data-label": text ? columns[i + 1] : null }, text));
  return html("tr", {}, html("td", { class: "tick" }, checkbox), html("td", { class: "name" }, openButton), ...cells);
}
