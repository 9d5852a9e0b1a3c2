// One recording in a list: its first picture, its name with facts below, and buttons.
import { html } from "../shared/elements.js";
import { nameOf } from "./files.js";

export function row(item, facts, buttons) {
  const details = html("div", { class: "what" }, html("span", { class: "name" }, nameOf(item)), ...facts);
  return html("li", {}, still(item), details, ...buttons);
}

export function small(text) {
  return html("span", { class: "small" }, text);
}

export function problem(text) {
  return html("span", { class: "problem", role: "alert" }, text);
}

function still(item) {
  if (item.picture) return html("img", { src: item.picture, alt: "" });
  return html("span", { class: "none", "aria-hidden": "true" }, item.problem ? "✕" : "♪");
}
