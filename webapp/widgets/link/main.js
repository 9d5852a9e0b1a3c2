// A button that copies the address of a result; where the browser does not allow that, the address is shown, selected.
import { html } from "../shared/elements.js";

export default function (component) {
  const root = component.parentElement.querySelector(".link");
  const { path, texts } = component.data;
  const address = new URL(path, location.origin).href;
  const field = html("input", { type: "text", readonly: true, hidden: true, "aria-label": texts.copy, value: address });
  const state = html("span", { role: "status" });
  const onclick = () => copy(address, field, state, texts);
  root.replaceChildren(
    html("button", { type: "button", onclick }, texts.copy),
    state,
    field,
    html("p", {}, texts.hint),
  );
}

async function copy(address, field, state, texts) {
  try {
    await navigator.clipboard.writeText(address);
    state.textContent = texts.copied;
  } catch {
    field.hidden = false;
    field.select();
  }
}
