// A list of the recordings that are being sent, wait for it, or were refused.
import { html } from "../shared/elements.js";
import { nameOf } from "./files.js";
import { notices } from "./notices.js";
import { problem, row, small } from "./row.js";
import { sendAgain, stop } from "./send.js";
import { uploads } from "./uploads.js";

const FINAL_STATUSES = [413, 415, 422]; // too large, no media, wrong options: another try would fail in the same way

export function drawSender(root, { texts }) {
  const rows = uploads.queue.map((item) => row(item, facts(item, texts), buttons(item, texts)));
  const { done, all } = uploads.counts;
  const isSending = uploads.queue.some(({ state }) => state === "sending" || state === "waiting");
  const lead = texts.sending_keep.replace("{done}", done).replace("{all}", all);
  const parts = isSending ? [html("p", { class: "keep", role: "status" }, lead)] : [];
  parts.push(...notices(texts));
  root.replaceChildren(...parts, html("ul", {}, ...rows));
  root.hidden = !rows.length && !parts.length;
}

function facts(item, texts) {
  if (item.state === "refused") return [problem(texts[item.problem])];
  if (item.state === "failed")
    return [problem(texts[`status_${item.problem}`] ?? `${texts.refused} ${item.detail ?? ""}`)];
  const percent = Math.round(item.loaded * 100);
  const progressText = `${texts.sending} ${texts.percent.replace("{n}", percent)}`;
  const bar = { max: 100, value: percent, "aria-label": `${texts.sending} ${nameOf(item)}` };
  return [html("progress", bar), small(stateText(item, texts, progressText))];
}

function stateText({ state, isInterrupted }, texts, progressText) {
  if (isInterrupted) return texts.sending_pause;
  return state === "waiting" ? texts.waiting : progressText;
}

function buttons(item, texts) {
  const hasFailed = item.state === "failed";
  const retryButton = html("button", { type: "button", onclick: () => sendAgain(item) }, texts.again);
  const endButton = html(
    "button",
    { type: "button", onclick: () => stop(item) },
    hasFailed || item.state === "refused" ? texts.remove : texts.stop,
  );
  return hasFailed && !FINAL_STATUSES.includes(item.problem) ? [retryButton, endButton] : [endButton];
}
