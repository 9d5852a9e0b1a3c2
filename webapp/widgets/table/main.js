// A button that takes in a table: the browser reads the file, and the page's script gets its text.
import { html } from "../shared/elements.js";

const LARGEST_BYTES = 4 * 1024 ** 2;

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const accept = data.accept || ".csv,.txt,text/csv";
  const input = html("input", { type: "file", accept, hidden: true, "aria-label": data.label });
  const state = html("span", { role: "status" });
  input.onchange = async () => {
    const [file] = input.files;
    input.value = "";
    if (file.size > LARGEST_BYTES) state.textContent = data.too_large;
    else setTriggerValue("text", await file.text());
  };
  const button = html("button", { type: "button", onclick: () => input.click() }, data.label);
  parentElement.querySelector(".table").replaceChildren(button, input, state);
}
