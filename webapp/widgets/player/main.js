// The recording with its curves on one time axis: pointing at the chart shows the values, a click or a key moves the
// recording there. Without a recording it is a chart of several curves.
import { html } from "../shared/elements.js";
import { onSeek, tellTime } from "../shared/playing.js";
import { wholeView, zoomed } from "./axes.js";
import { Chart } from "./chart.js";
import { Colours } from "./colours.js";
import { timeAfter, zoomOf } from "./keys.js";
import { Legend } from "./legend.js";
import { Moments } from "./moments.js";
import { drawPicture, savePicture } from "./picture.js";
import { Recording } from "./recording.js";
import { Tip } from "./tip.js";
import { toolButtons } from "./tools.js";

export default function (component) {
  const root = component.parentElement.querySelector(".player");
  root.player ??= new Player(root);
  const { player } = root;
  player.show(component.data);
  const stopListening = onSeek((time_s) => player.seek(time_s));
  return () => {
    stopListening();
    player.recording.pause();
  };
}

class Player {
  constructor(root) {
    this.root = root;
    this.hiddenIds = new Set();
    this.time_s = 0;
    const colours = new Colours(root);
    this.recording = new Recording((time_s) => this.moveTo(time_s));
    this.chart = new Chart(colours);
    this.tip = new Tip(colours);
    this.legend = new Legend(colours, (id) => this.toggle(id));
    this.tools = html("div", { class: "tools" });
    this.hint = html("p", { class: "hint" });
    this.moments = new Moments((time_s) => this.showMoment(time_s));
    this.plot = html("div", { class: "plot" }, this.chart.element, this.tip.element);
    this.side = html("div", { class: "side" }, this.plot, this.legend.element, this.tools);
    this.stage = html("div", { class: "stage" }, this.recording.element, this.side);
    root.append(this.stage, this.hint, this.moments.element);
    this.listen();
  }

  listen() {
    const { element } = this.chart;
    element.onpointermove = (event) => this.point(event);
    element.onpointerleave = () => this.tip.hide();
    element.onclick = (event) => this.seek(this.chart.timeOf(event));
    element.onkeydown = (event) => this.press(event);
    element.onfocus = () => this.showTip(this.time_s);
    element.onblur = () => this.tip.hide();
    new ResizeObserver(() => this.draw()).observe(this.side);
  }

  show(data) {
    if (this.data?.end_s !== data.end_s) this.view = wholeView(data.end_s);
    if (!this.data) this.time_s = data.at_s ?? 0;
    this.data = data;
    this.recording.show(data, this.time_s);
    this.stage.classList.toggle("beside", Boolean(data.video && !data.sound));
    this.hint.textContent = data.texts.chart_hint ?? "";
    this.legend.draw(data, this.hiddenIds);
    const buttons = toolButtons(
      data,
      (factor) => this.zoom(factor),
      (kind) => this.save(kind),
    );
    this.tools.replaceChildren(...buttons);
    this.moments.draw(data);
    this.draw();
  }

  draw() {
    if (this.data && this.chart.draw(this.data, this.hiddenIds, this.view, this.side.clientWidth))
      this.moveTo(this.time_s);
  }

  // Moves the cursor to the recording's time.
  moveTo(time_s) {
    this.time_s = time_s;
    this.chart.moveTo(time_s);
    tellTime(time_s);
  }

  // Moves the recording to a time, and the cursor with it.
  seek(time_s) {
    const within_s = Math.min(Math.max(time_s, 0), this.data.end_s);
    if (this.data.video) this.recording.seek(within_s);
    this.moveTo(within_s);
  }

  showMoment(time_s) {
    this.seek(time_s);
    const isCalm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.root.scrollIntoView({ behavior: isCalm ? "auto" : "smooth", block: "start" });
  }

  point(event) {
    const time_s = this.chart.timeOf(event);
    this.chart.pointTo(time_s);
    this.showTip(time_s);
  }

  showTip(time_s) {
    this.tip.show(this.data, this.hiddenIds, time_s, this.chart.axes.x(time_s), this.side.clientWidth);
  }

  press(event) {
    const time_s = timeAfter(event, this.time_s, this.data.step_s, this.data.end_s);
    const factor = zoomOf(event.key);
    if (time_s !== null) this.seek(time_s);
    else if (factor !== null) this.zoom(factor);
    else if (event.key === " " && this.data.video) this.recording.playOrPause();
    else return;
    event.preventDefault();
    this.showTip(this.time_s);
  }

  zoom(factor) {
    this.view = zoomed(this.view, factor, this.time_s, this.data.end_s);
    this.draw();
  }

  toggle(curveId) {
    if (!this.hiddenIds.delete(curveId)) this.hiddenIds.add(curveId);
    this.legend.draw(this.data, this.hiddenIds);
    this.draw();
  }

  save(kind) {
    savePicture(drawPicture(this.chart, this.side.clientWidth), kind, this.data.export.name);
  }
}
