// A table of recordings: a name opens one, ticks choose several.
export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  const root = parentElement.querySelector(".jobs");
  const chosen = new Set(data.chosen);
  const table = document.createElement("table");
  const head = table.createTHead().insertRow();
  for (const label of [data.texts.choose, ...data.columns]) {
    const cell = document.createElement("th");
    cell.scope = "col";
    cell.textContent = label;
    head.append(cell);
  }
  const body = table.createTBody();
  for (const row of data.rows) body.append(line(row));
  root.replaceChildren(table);

  function line(row) {
    const element = document.createElement("tr");
    const tick = element.insertCell();
    tick.className = "tick";
    const box = document.createElement("input");
    box.type = "checkbox";
    box.checked = chosen.has(row.id);
    box.setAttribute("aria-label", `${data.texts.choose}: ${row.name}`);
    box.onchange = () => {
      if (box.checked) chosen.add(row.id);
      else chosen.delete(row.id);
      setStateValue("chosen", [...chosen]);
    };
    tick.append(box);
    const name = element.insertCell();
    name.className = "name";
    const open = document.createElement("button");
    open.type = "button";
    open.className = "open";
    open.textContent = row.name;
    open.onclick = () => setTriggerValue("opened", row.id);
    name.append(open);
    row.cells.forEach((text, i) => {
      const cell = element.insertCell();
      cell.textContent = text;
      if (text) cell.dataset.label = data.columns[i + 1];
    });
    return element;
  }
}
