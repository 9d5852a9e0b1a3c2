// Sentences on what other tabs hand in, and on what a tab that is gone has not handed in.
import { html } from "../shared/elements.js";
import { otherRecords, removeRecord } from "./elsewhere.js";
import { uploads } from "./uploads.js";

export function notices(texts) {
  return otherRecords(localStorage, uploads.tab, Date.now()).map((record) => notice(record, texts));
}

function notice({ tab, names, done, all, isCut }, texts) {
  if (!isCut) {
    const text = texts.sending_elsewhere.replace("{done}", done).replace("{all}", all);
    return html("p", { class: "keep", role: "status" }, text);
  }
  const onclick = () => {
    removeRecord(localStorage, tab);
    uploads.draw();
  };
  const text = texts.sending_cut.replace("{names}", names.join(", "));
  const button = html("button", { type: "button", onclick }, texts.understood);
  return html("p", { class: "keep", role: "alert" }, `${text} `, button);
}
