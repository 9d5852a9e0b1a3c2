// The recording and what was found in it on one time axis: pointing shows the figures, a click or a key moves the
// recording there. Without a recording it is a chart of several curves.
const NS = "http://www.w3.org/2000/svg";
const LEFT = 46, RIGHT = 22, TOP = 10, HEIGHT = 230, STRIP = 16, STRIP_STEP = 40, AXIS = 26;
const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

export default function (component) {
  const root = component.parentElement.querySelector(".player");
  const player = (root.player ??= new Player(root));
  player.show(component.data);
  return () => player.leave();
}

function html(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element[name] = value;
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(NS, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function clock(time_s, exact = false) {
  const whole = exact ? Math.round(time_s * 10) / 10 : Math.round(time_s);
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const text = exact ? seconds.toFixed(1).padStart(4, "0") : String(seconds).padStart(2, "0");
  return (hours ? `${hours}:${String(minutes).padStart(2, "0")}` : minutes) + ":" + text;
}

function channels(colour) {
  const context = (channels.context ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true }));
  context.fillStyle = colour;
  context.fillRect(0, 0, 1, 1);
  return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// The colour, darker or lighter by so much that it stands out from the ground at 3 to 1 (WCAG 1.4.11).
function standingOut(colour, ground) {
  const base = luminance(channels(ground));
  const towards = base > 0.4 ? 0 : 255;
  let rgb = channels(colour);
  const ratio = () => (Math.max(luminance(rgb), base) + 0.05) / (Math.min(luminance(rgb), base) + 0.05);
  while (ratio() < 3) rgb = rgb.map((c) => Math.round(c + (towards - c) * 0.08 + Math.sign(towards - c)));
  return `rgb(${rgb.join(",")})`;
}

class Player {
  constructor(root) {
    this.root = root;
    this.hidden = new Set();
    this.time_s = 0;
    this.video = html("video", { controls: true, preload: "auto", playsinline: true });
    this.chart = svg("svg", { class: "chart", tabindex: 0, role: "slider" });
    this.tip = html("div", { class: "tip", hidden: true });
    this.legend = html("div", { class: "legend" });
    this.tools = html("div", { class: "tools" });
    this.hint = html("p", { class: "hint" });
    this.moments = html("div", {});
    root.append(this.video, html("div", { class: "plot" }, this.chart, this.tip), this.legend, this.tools, this.hint, this.moments);
    this.video.ontimeupdate = () => this.at(this.video.currentTime);
    this.video.onseeking = () => this.at(this.video.currentTime);
    this.chart.onpointermove = (event) => this.point(event);
    this.chart.onpointerleave = () => (this.tip.hidden = true);
    this.chart.onclick = (event) => this.seek(this.timeOf(event));
    this.chart.onkeydown = (event) => this.press(event);
    this.chart.onfocus = () => this.tell(this.time_s);
    this.chart.onblur = () => (this.tip.hidden = true);
    this.size = new ResizeObserver(() => this.draw());
    this.size.observe(root);
  }

  leave() {
    this.video.pause();
  }

  show(data) {
    const first = !this.data || this.data.end_s !== data.end_s;
    this.data = data;
    if (first) this.view = [0, Math.max(data.end_s, 0.5)];
    this.video.hidden = !data.video;
    this.video.classList.toggle("sound", Boolean(data.sound));
    if (data.video && this.video.getAttribute("src") !== data.video) {
      const time_s = this.time_s;
      this.video.src = data.video;
      this.video.setAttribute("aria-label", data.texts.recording);
      this.video.addEventListener("loadedmetadata", () => (this.video.currentTime = time_s), { once: true });
    }
    this.hint.textContent = data.texts.chart_hint ?? "";
    this.drawLegend();
    this.drawTools();
    this.drawMoments();
    this.draw();
  }

  x(time_s) {
    return LEFT + ((time_s - this.view[0]) / (this.view[1] - this.view[0])) * this.inner;
  }

  y(value) {
    const [low, high] = this.data.domain;
    return TOP + (1 - (value - low) / (high - low)) * HEIGHT;
  }

  timeOf(event) {
    const box = this.chart.getBoundingClientRect();
    const share = (event.clientX - box.left - LEFT) / this.inner;
    return Math.min(Math.max(this.view[0] + share * (this.view[1] - this.view[0]), 0), this.data.end_s);
  }

  // The colour of text, mixed with the ground: plain rgb(), so that a saved picture opens everywhere.
  ink(share = 100) {
    const [ink, ground] = [channels(getComputedStyle(this.root).color), channels(this.ground())];
    return `rgb(${ink.map((c, i) => Math.round((c * share + ground[i] * (100 - share)) / 100)).join(",")})`;
  }

  ground() {
    return getComputedStyle(this.root).getPropertyValue("--st-background-color").trim() || "#ffffff";
  }

  draw() {
    const { data } = this;
    const width = this.root.clientWidth;
    if (!data || width < 60) return;
    this.inner = width - LEFT - RIGHT;
    const bottom = TOP + HEIGHT;
    const height = bottom + AXIS + data.strips.length * STRIP_STEP;
    const ground = this.ground();
    const clip = svg("clipPath", { id: "inside" }, svg("rect", { x: LEFT, y: 0, width: this.inner, height }));
    const parts = [svg("defs", {}, clip, hatching("hatched", this.ink(45)), hatching("crossed", ground), dots(this.ink(60)))];
    const inside = svg("g", { "clip-path": "url(#inside)" });
    for (const [kind, spans] of [["hatched", data.gaps], ["dotted", data.doubtful]])
      for (const [start_s, end_s] of spans)
        inside.append(svg("rect", { class: kind, x: this.x(start_s), y: TOP, width: Math.max(this.x(end_s) - this.x(start_s), 1), height: HEIGHT, fill: `url(#${kind})` }));
    for (const { value, label } of data.ticks) {
      parts.push(svg("line", { x1: LEFT, x2: LEFT + this.inner, y1: this.y(value), y2: this.y(value), stroke: this.ink(value === 0 ? 60 : 18) }));
      parts.push(text(LEFT - 6, this.y(value) + 4, label, this.ink(), "end"));
    }
    for (const time_s of this.timeTicks()) {
      parts.push(svg("line", { x1: this.x(time_s), x2: this.x(time_s), y1: bottom, y2: bottom + 5, stroke: this.ink(60) }));
      parts.push(text(this.x(time_s), bottom + 19, clock(time_s, this.view[1] - this.view[0] < 4), this.ink(), "middle"));
    }
    if (data.band) inside.append(svg("path", { d: this.bandPath(data.band), fill: this.ink(), "fill-opacity": 0.15 }));
    for (const curve of data.curves) {
      if (this.hidden.has(curve.id)) continue;
      const stroke = standingOut(curve.colour, ground);
      inside.append(svg("path", { d: this.path(curve.values), fill: "none", stroke, "stroke-width": curve.wide ? 3.5 : 2, "stroke-dasharray": curve.dash || null, "stroke-linejoin": "round", "stroke-linecap": "round" }));
    }
    data.strips.forEach((strip, i) => this.drawStrip(inside, parts, strip, this.stripY(i), ground));
    for (const mark of data.moments) inside.append(svg("path", { d: `M${this.x(mark.time_s)} ${bottom} l-5 -9 h10 z`, fill: this.ink() }));
    this.cursor = svg("path", { class: "cursor", d: this.cursorPath(), stroke: this.ink(), "stroke-width": 2 });
    this.hair = svg("line", { y1: TOP, y2: height, stroke: this.ink(50), "stroke-width": 1, visibility: "hidden" });
    inside.append(this.hair, this.cursor);
    this.chart.setAttribute("height", height);
    this.chart.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.chart.replaceChildren(...parts, inside);
    this.chart.setAttribute("aria-label", data.texts.chart);
    this.chart.setAttribute("aria-valuemin", 0);
    this.chart.setAttribute("aria-valuemax", data.end_s.toFixed(1));
    this.at(this.time_s);
  }

  stripY(i) {
    return TOP + HEIGHT + AXIS + i * STRIP_STEP + 20;
  }

  // Through the curves and every strip, and not through the words between them.
  cursorPath() {
    return [`M0 ${TOP}V${TOP + HEIGHT}`, ...this.data.strips.map((_, i) => `M0 ${this.stripY(i)}v${STRIP}`)].join("");
  }

  drawStrip(inside, parts, strip, y, ground) {
    parts.push(text(LEFT, y - 5, strip.label, this.ink(), "start"));
    parts.push(svg("rect", { x: LEFT, y, width: this.inner, height: STRIP, fill: this.ink(6) }));
    for (const segment of strip.segments) {
      const width = Math.max(this.x(segment.end_s) - this.x(segment.start_s), 1.5);
      const fill = segment.colour ? standingOut(segment.colour, ground) : "url(#dotted)";
      const box = { x: this.x(segment.start_s), y, width, height: STRIP };
      inside.append(svg("rect", { ...box, fill, stroke: segment.colour ? null : this.ink(50) }));
      if (segment.hatched) inside.append(svg("rect", { ...box, fill: "url(#crossed)" }));
    }
  }

  timeTicks() {
    const [start_s, end_s] = this.view;
    const least = ((end_s - start_s) * 62) / this.inner;
    const step = STEPS_S.find((s) => s >= least) ?? 7200;
    const found = [];
    for (let i = Math.ceil(start_s / step); i * step <= end_s + 1e-9; i++) found.push(i * step);
    return found;
  }

  // One point a pixel at most: the mean of the steps under it; a gap breaks the line.
  points(values) {
    const { step_s } = this.data;
    const [start_s, end_s] = this.view;
    const from = Math.max(0, Math.floor(start_s / step_s) - 1), to = Math.min(values.length, Math.ceil(end_s / step_s) + 1);
    const merged = Math.max(1, Math.floor((to - from) / this.inner));
    const found = [];
    for (let i = from - (from % merged); i < to; i += merged) {
      const seen = values.slice(i, i + merged).filter((value) => value !== null);
      const middle_s = Math.min((i + merged / 2) * step_s, this.data.end_s);
      found.push(seen.length ? [this.x(middle_s), seen.reduce((a, b) => a + b) / seen.length] : null);
    }
    return found;
  }

  path(values) {
    let drawing = "", open = false;
    for (const point of this.points(values)) {
      if (point) drawing += `${open ? "L" : "M"}${point[0].toFixed(1)} ${this.y(point[1]).toFixed(1)}${open ? "" : "h0.1"}`;
      open = point !== null;
    }
    return drawing;
  }

  bandPath(band) {
    const low = this.points(band.low), high = this.points(band.high);
    let drawing = "", run = [];
    const close = () => {
      if (run.length) {
        const up = run.map(([x, , h]) => `${x.toFixed(1)} ${this.y(h).toFixed(1)}`);
        const down = run.reverse().map(([x, l]) => `${x.toFixed(1)} ${this.y(l).toFixed(1)}`);
        drawing += `M${up.join("L")}L${down.join("L")}Z`;
      }
      run = [];
    };
    low.forEach((point, i) => (point && high[i] ? run.push([point[0], point[1], high[i][1]]) : close()));
    close();
    return drawing;
  }

  at(time_s) {
    this.time_s = time_s;
    if (!this.cursor) return;
    this.cursor.setAttribute("transform", `translate(${this.x(time_s)})`);
    this.chart.setAttribute("aria-valuenow", time_s.toFixed(1));
    this.chart.setAttribute("aria-valuetext", `${clock(time_s, true)}. ${this.told(time_s).join(". ")}`);
  }

  seek(time_s) {
    const there_s = Math.min(Math.max(time_s, 0), this.data.end_s);
    if (this.data.video) this.video.currentTime = there_s;
    this.at(there_s);
  }

  rows(time_s) {
    const i = Math.floor(time_s / this.data.step_s + 1e-9);
    return this.data.curves
      .filter((curve) => !this.hidden.has(curve.id))
      .map((curve) => [curve, curve.values[Math.min(i, curve.values.length - 1)] ?? null])
      .sort((a, b) => (b[1] ?? -9) - (a[1] ?? -9));
  }

  notes(time_s) {
    const over = ([start_s, end_s]) => start_s <= time_s && time_s < end_s;
    const found = [];
    if (this.data.gaps.some(over)) found.push(this.data.texts.gap);
    else if (this.data.doubtful.some(over)) found.push(this.data.texts.doubtful);
    for (const strip of this.data.strips) {
      const segment = strip.segments.find((s) => s.start_s <= time_s && time_s < s.end_s);
      if (segment) found.push(segment.told);
      else if (strip.silent) found.push(strip.silent);
    }
    return found;
  }

  told(time_s) {
    const seen = this.rows(time_s).filter(([, value]) => value !== null);
    return [...seen.slice(0, 3).map(([curve, value]) => `${curve.label} ${this.number(value)}`), ...this.notes(time_s)];
  }

  number(value) {
    const text = value.toFixed(2).replace("-", "−");
    return this.data.texts.comma ? text.replace(".", ",") : text;
  }

  point(event) {
    const time_s = this.timeOf(event);
    this.hair.setAttribute("visibility", "visible");
    this.hair.setAttribute("x1", this.x(time_s));
    this.hair.setAttribute("x2", this.x(time_s));
    this.tell(time_s);
  }

  tell(time_s) {
    const rows = this.rows(time_s).filter(([, value]) => value !== null).map(([curve, value]) =>
      html("div", {}, this.swatch(curve), html("span", {}, curve.label), html("span", {}, this.number(value))));
    const notes = this.notes(time_s).map((note) => html("p", {}, note));
    this.tip.replaceChildren(html("b", {}, clock(time_s, true)), ...rows, ...notes);
    this.tip.hidden = false;
    const x = this.x(time_s), width = this.tip.offsetWidth;
    const left = x + 14 + width < this.root.clientWidth ? x + 14 : Math.max(0, x - 14 - width);
    this.tip.style.left = `${left}px`;
  }

  press(event) {
    const step = event.shiftKey ? 10 * this.data.step_s : this.data.step_s;
    const moves = { ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step, PageUp: 10 * step, PageDown: -10 * step };
    if (event.key in moves) this.seek(this.time_s + moves[event.key]);
    else if (event.key === "Home") this.seek(0);
    else if (event.key === "End") this.seek(this.data.end_s);
    else if (event.key === "+" || event.key === "=") this.zoom(0.5);
    else if (event.key === "-") this.zoom(2);
    else if (event.key === " " && this.data.video) this.video.paused ? this.video.play() : this.video.pause();
    else return;
    event.preventDefault();
    this.tell(this.time_s);
  }

  zoom(factor) {
    const whole_s = Math.max(this.data.end_s, 0.5);
    const length_s = Math.min(Math.max((this.view[1] - this.view[0]) * factor, Math.min(2, whole_s)), whole_s);
    const start_s = Math.min(Math.max(this.time_s - length_s / 2, 0), whole_s - length_s);
    this.view = [start_s, start_s + length_s];
    this.draw();
  }

  swatch(curve) {
    const line = { x1: 0, x2: 24, y1: 6, y2: 6, stroke: standingOut(curve.colour, this.ground()), "stroke-width": curve.wide ? 4 : 3, "stroke-dasharray": curve.dash || null };
    return svg("svg", { class: "swatch", viewBox: "0 0 24 12", "aria-hidden": "true" }, svg("line", line));
  }

  drawLegend() {
    const { texts } = this.data;
    const buttons = this.data.curves.map((curve) => {
      const button = html("button", { type: "button", "aria-pressed": String(!this.hidden.has(curve.id)) }, this.swatch(curve), curve.label);
      button.onclick = () => {
        if (!this.hidden.delete(curve.id)) this.hidden.add(curve.id);
        this.drawLegend();
        this.draw();
      };
      return button;
    });
    const keys = [];
    if (this.data.gaps.length) keys.push(["hatched", texts.gap]);
    if (this.data.doubtful.length) keys.push(["dotted", texts.doubtful]);
    const told = keys.map(([kind, label]) => {
      const box = svg("rect", { width: 24, height: 12, fill: `url(#${kind})`, stroke: this.ink(50) });
      return html("span", { class: "key" }, svg("svg", { class: "swatch", viewBox: "0 0 24 12", "aria-hidden": "true" }, box), label);
    });
    if (this.data.band) told.push(html("span", { class: "key" }, svg("svg", { class: "swatch", viewBox: "0 0 24 12" }, svg("rect", { width: 24, height: 12, fill: this.ink(25) })), this.data.band.label));
    for (const strip of this.data.strips)
      for (const key of strip.keys) {
        const box = svg("rect", { width: 24, height: 12, fill: key.empty ? this.ink(6) : key.colour ? standingOut(key.colour, this.ground()) : "url(#dotted)", stroke: this.ink(50) });
        const over = key.hatched ? [svg("rect", { width: 24, height: 12, fill: "url(#crossed)" })] : [];
        told.push(html("span", { class: "key" }, svg("svg", { class: "swatch", viewBox: "0 0 24 12", "aria-hidden": "true" }, box, ...over), key.label));
      }
    this.legend.replaceChildren(...buttons, ...told);
  }

  drawTools() {
    const { texts } = this.data;
    const tools = [];
    if (this.data.end_s > 20)
      for (const [label, name, act] of [["+", texts.closer, () => this.zoom(0.5)], ["−", texts.wider, () => this.zoom(2)], ["⟷", texts.whole, () => this.zoom(1e9)]])
        tools.push(html("button", { type: "button", "aria-label": name, title: name, onclick: act }, label));
    if (this.data.export)
      for (const kind of ["png", "svg"]) tools.push(html("button", { type: "button", onclick: () => this.save(kind) }, texts[kind]));
    this.tools.replaceChildren(...tools);
  }

  drawMoments() {
    const key = JSON.stringify([this.data.moments, this.data.video]);
    if (this.shownMoments === key) return;
    this.shownMoments = key;
    const stills = [];
    const cards = this.data.moments.map((moment) => {
      const canvas = html("canvas", { width: 240, height: 135, hidden: !this.data.video || this.data.sound });
      stills.push([canvas, moment.time_s]);
      const card = html("button", { type: "button", class: "moment" }, canvas, html("b", {}, `${clock(moment.time_s)} · ${moment.title}`), html("span", {}, moment.text));
      card.onclick = () => {
        this.seek(moment.time_s);
        this.root.scrollIntoView({ behavior: "smooth", block: "start" });
      };
      return card;
    });
    this.moments.replaceChildren(...(cards.length ? [html("h3", {}, this.data.texts.moments), html("div", { class: "moments" }, ...cards)] : []));
    if (this.data.video && !this.data.sound && cards.length) paint(this.data.video, stills);
  }

  // The chart as it is, with its title and legend, as a picture of its own.
  save(kind) {
    const { data } = this;
    const shown = data.curves.filter((curve) => !this.hidden.has(curve.id));
    const width = this.root.clientWidth, height = Number(this.chart.getAttribute("height"));
    const whole = svg("svg", { xmlns: NS, width, height: height + 40 + shown.length * 20, "font-family": "sans-serif" });
    whole.append(svg("rect", { width: "100%", height: "100%", fill: this.ground() }), text(LEFT, 22, data.export.title, this.ink(), "start"));
    const body = svg("g", { transform: "translate(0 30)" }, ...[...this.chart.childNodes].map((node) => node.cloneNode(true)));
    for (const line of body.querySelectorAll(".cursor")) line.remove();
    whole.append(body);
    shown.forEach((curve, i) => {
      const y = height + 40 + i * 20;
      const key = this.swatch(curve).firstChild;
      key.setAttribute("transform", `translate(${LEFT} ${y - 10})`);
      whole.append(key, text(LEFT + 32, y, curve.label, this.ink(), "start"));
    });
    const plain = new XMLSerializer().serializeToString(whole);
    const file = new Blob([plain], { type: "image/svg+xml" });
    if (kind === "svg") return keep(file, data.export.name + ".svg");
    const picture = new Image();
    picture.onload = () => {
      const canvas = html("canvas", { width: width * 2, height: Number(whole.getAttribute("height")) * 2 });
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob((blob) => keep(blob, data.export.name + ".png"));
      URL.revokeObjectURL(picture.src);
    };
    picture.src = URL.createObjectURL(file);
  }
}

function text(x, y, content, fill, anchor) {
  return svg("text", { x, y, fill, "text-anchor": anchor, "font-size": 14 }, content);
}

function hatching(id, ink) {
  const line = svg("path", { d: "M-2 2 l4 -4 M0 8 l8 -8 M6 10 l4 -4", stroke: ink, "stroke-width": 1.2 });
  return svg("pattern", { id, width: 8, height: 8, patternUnits: "userSpaceOnUse" }, line);
}

function dots(ink) {
  const dot = svg("circle", { cx: 3, cy: 3, r: 1, fill: ink });
  return svg("pattern", { id: "dotted", width: 6, height: 6, patternUnits: "userSpaceOnUse" }, dot);
}

function keep(blob, name) {
  const link = html("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// Stills of a recording, one after another, from a second reader of it.
async function paint(url, stills) {
  const video = html("video", { preload: "auto", playsinline: true });
  video.muted = true;
  video.src = url;
  const once = (name) => new Promise((resolve, reject) => {
    video.addEventListener(name, resolve, { once: true });
    video.addEventListener("error", reject, { once: true });
  });
  try {
    await once("loadeddata");
    for (const [canvas, time_s] of stills) {
      const moved = once("seeked");
      video.currentTime = Math.min(time_s, video.duration - 0.05);
      await moved;
      canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
      canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    }
  } catch {
    for (const [canvas] of stills) canvas.hidden = true;
  } finally {
    video.removeAttribute("src");
    video.load();
  }
}
