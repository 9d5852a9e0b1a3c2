// What was said: follows the recording word by word, a click moves the recording there; can be searched and filtered.
import { html } from "../shared/elements.js";
import { onTime, seek } from "../shared/playing.js";
import { fits, placeAt } from "./places.js";

export default function (component) {
  const root = component.parentElement.querySelector(".transcript");
  root.transcript ??= new Transcript(root);
  const { transcript } = root;
  transcript.show(component.data);
  return onTime((time_s) => transcript.follow(time_s));
}

class Transcript {
  constructor(root) {
    this.root = root;
    this.query = "";
    this.emotion = "";
  }

  show(data) {
    const content = JSON.stringify(data);
    if (this.content === content) return;
    this.content = content;
    this.data = data;
    this.current = null;
    this.list = html("ol", { class: "phrases" });
    this.state = html("p", { class: "state", role: "status" });
    this.rows = data.phrases.map((phrase) => row(phrase, data.texts));
    this.list.append(...this.rows.map(({ element }) => element));
    this.root.replaceChildren(this.controls(data), this.state, this.list);
    this.filter();
  }

  controls({ texts, emotions }) {
    const oninput = ({ target }) => {
      this.query = target.value;
      this.filter();
    };
    const onchange = ({ target }) => {
      this.emotion = target.value;
      this.filter();
    };
    const search = html("input", { type: "search", placeholder: texts.search, "aria-label": texts.search, oninput });
    search.value = this.query;
    if (!emotions.length) return html("div", { class: "controls" }, search);
    const choices = emotions.map(({ name, label }) =>
      html("option", { value: name, selected: name === this.emotion }, label),
    );
    const all = html("option", { value: "" }, texts.all);
    return html(
      "div",
      { class: "controls" },
      search,
      html("select", { "aria-label": texts.emotion, onchange }, all, ...choices),
    );
  }

  filter() {
    let n = 0;
    for (const { element, phrase } of this.rows) {
      element.hidden = !fits(phrase, this.query, this.emotion);
      n += element.hidden ? 0 : 1;
    }
    this.state.textContent = n ? "" : this.data.texts.nothing;
  }

  // Marks the word at a time, and keeps it in sight within the list.
  follow(time_s) {
    const place = placeAt(this.data.phrases, time_s);
    const word = place && this.rows[place.phrase].words[place.word];
    if (word === this.current) return;
    this.current?.removeAttribute("aria-current");
    this.current = word;
    if (!word) return;
    word.setAttribute("aria-current", "true");
    const { element } = this.rows[place.phrase];
    const [top, height] = [element.offsetTop - this.list.offsetTop, this.list.clientHeight];
    if (top < this.list.scrollTop || top + element.offsetHeight > this.list.scrollTop + height)
      this.list.scrollTop = top;
  }
}

function row(phrase, texts) {
  const words = phrase.words.map(({ start_s, text }) => {
    const onclick = () => seek(start_s);
    return html("button", { type: "button", class: "word", onclick }, text);
  });
  const said = html("p", { class: "words" }, ...words.flatMap((word) => [word, " "]));
  const swatch = html("span", { class: "swatch", style: `background: ${phrase.colour ?? "transparent"}` });
  const label = phrase.label ? html("span", { class: "label" }, swatch, phrase.label) : "";
  const go = html("button", { type: "button", class: "time", onclick: () => seek(phrase.start_s) }, phrase.clock);
  go.setAttribute("aria-label", `${texts.go} ${phrase.clock}`);
  const who = phrase.role ? html("b", {}, phrase.role) : "";
  const element = html(
    "li",
    { class: "phrase", "data-side": phrase.side },
    html("div", { class: "head" }, go, who, label),
    said,
  );
  element.style.setProperty("--phrase", phrase.colour ?? "transparent");
  return { element, phrase, words };
}
