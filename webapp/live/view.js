// Shows one reading: a bar for each emotion, and a border in the colour of the one that leads, grey where none is read.
export class View {
  constructor({ texts, emotions, lead, language }) {
    Object.assign(this, { texts, emotions, lead });
    this.percent = new Intl.NumberFormat(language, { style: "percent", maximumFractionDigits: 0 });
    this.number = new Intl.NumberFormat(language, { maximumFractionDigits: 0 });
    this.frame = document.getElementById("frame");
    this.leading = document.getElementById("leading");
    this.speed = document.getElementById("speed");
    this.bars = new Map(emotions.map((name) => [name, row(texts[name], name)]));
    this.clear();
  }

  show({ scores, reason }, { delay_ms, per_s }) {
    this.emotions.forEach((name, i) => {
      const { bar, share } = this.bars.get(name);
      bar.style.width = `${100 * (scores?.[i] ?? 0)}%`;
      share.textContent = scores ? this.percent.format(scores[i]) : "";
    });
    this.#frame(scores, reason);
    this.speed.textContent = this.texts.live_speed
      .replace("{n}", this.number.format(per_s))
      .replace("{ms}", this.number.format(delay_ms));
    Object.assign(document.body.dataset, { perS: per_s.toFixed(2), delayMs: delay_ms.toFixed(0) });
  }

  #frame(scores, reason) {
    const top = scores ? scores.indexOf(Math.max(...scores)) : -1;
    const leads = scores && scores[top] >= this.lead;
    this.frame.classList.toggle("unread", !scores);
    this.frame.style.borderColor = leads ? `var(--${this.emotions[top]})` : "";
    const name = leads ? this.texts[this.emotions[top]] : "";
    const text = leads ? this.texts.live_leading.replace("{emotion}", name) : this.texts.live_nothing;
    const told = scores ? text : this.texts[`live_${reason.replace(" ", "_")}`];
    // Only where it changed: else a screen reader says it again and again.
    if (this.leading.textContent !== told) this.leading.textContent = told;
    document.body.dataset.leading = leads ? this.emotions[top] : reason || "none";
  }

  clear() {
    for (const { bar, share } of this.bars.values()) {
      bar.style.width = "0";
      share.textContent = "";
    }
    this.frame.style.borderColor = "";
    this.frame.classList.remove("unread");
    this.leading.textContent = this.texts.live_idle;
    this.speed.textContent = "";
  }
}

function row(label, name) {
  const term = document.createElement("dt");
  term.textContent = label;
  const place = document.createElement("dd");
  place.className = "bar";
  const bar = document.createElement("span");
  bar.style.background = `var(--${name})`;
  place.append(bar);
  const share = document.createElement("dd");
  share.className = "share";
  document.getElementById("bars").append(term, place, share);
  return { bar, share };
}
