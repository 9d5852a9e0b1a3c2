// The curve of each person as a small picture, with the panel's mean behind it. A click opens the recording at the
// moment that was clicked, the keyboard at the person's highest.
import { clock } from "../shared/clock.js";
import { html } from "../shared/elements.js";
import { curves, WIDTH } from "./curves.js";

export default function (component) {
  const { data, parentElement, setTriggerValue } = component;
  const onOpen = (id, film_s) => setTriggerValue("opened", { id, film_s });
  const cards = data.people.map((person) => card(person, data, onOpen));
  parentElement.querySelector(".people").replaceChildren(html("div", { class: "cards" }, ...cards));
}

function card(person, data, onOpen) {
  const length_s = person.values.length * data.step_s;
  const picture = html("span", { class: "picture" }, curves(person, data));
  const onclick = (event) => {
    const box = picture.getBoundingClientRect();
    const isPointed = event.detail > 0 && event.clientX >= box.left && event.clientX <= box.right;
    const share = isPointed ? (event.clientX - box.left) / box.width : null;
    onOpen(person.id, share === null ? person.peak_s : share * length_s);
  };
  const name = html("b", {}, person.name);
  const peak = person.peak_s === null ? [] : [html("span", {}, `${data.texts.peak} ${clock(person.peak_s)}`)];
  const notes = person.notes.map((note) => html("span", { class: "note" }, note));
  const attributes = { type: "button", class: "card", "data-width": WIDTH, onclick };
  return html("button", attributes, name, picture, ...peak, ...notes);
}
