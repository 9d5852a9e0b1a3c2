// The key moments, each a card with a still of the recording; a click moves the recording there.
import { html } from "../shared/elements.js";
import { paintStills } from "./stills.js";

export class Moments {
  constructor(onChoose) {
    this.onChoose = onChoose;
    this.element = html("div", {});
  }

  // Does nothing where the same moments are shown already, since painting stills takes time.
  draw({ moments, video, sound, texts }) {
    const content = JSON.stringify([moments, video]);
    if (this.content === content) return;
    this.content = content;
    const hasPicture = Boolean(video) && !sound;
    const cards = moments.map((moment) => {
      const canvas = html("canvas", { width: 240, height: 135, hidden: !hasPicture });
      return { canvas, time_s: moment.time_s, element: this.card(moment, canvas) };
    });
    const list = html("div", { class: "moments" }, ...cards.map(({ element }) => element));
    const word = texts.moment_path
      ? html("a", { href: texts.moment_path, target: "_blank" }, texts.moments)
      : texts.moments;
    const heading = html("h3", {}, word);
    const none = texts.no_moment ? [heading, html("p", {}, texts.no_moment)] : [];
    this.element.replaceChildren(...(cards.length ? [heading, list] : none));
    if (hasPicture && cards.length) paintStills(video, cards);
  }

  card({ time_s, title, text }, canvas) {
    const onclick = () => this.onChoose(time_s);
    const [heading, words] = [html("b", {}, title), html("span", {}, text)];
    return html("button", { type: "button", class: "moment", onclick }, canvas, heading, words);
  }
}
