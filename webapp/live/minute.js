// The recent minute as curves, one for each emotion; where no face was read, the curves have a gap.
const MINUTE_MS = 60000;
const GAP_MS = 1000;

export class Minute {
  constructor(canvas, { emotions }) {
    Object.assign(this, { canvas, emotions, points: [] });
  }

  add({ scores }, now_ms) {
    this.points = [...this.points.filter((point) => now_ms - point.at_ms < MINUTE_MS), { at_ms: now_ms, scores }];
    this.#draw(now_ms);
  }

  #draw(now_ms) {
    const { width, height } = this.canvas;
    const pen = this.canvas.getContext("2d");
    const styles = getComputedStyle(document.documentElement);
    pen.clearRect(0, 0, width, height);
    pen.lineWidth = 3;
    this.emotions.forEach((name, i) => {
      pen.strokeStyle = styles.getPropertyValue(`--${name}`);
      pen.beginPath();
      let before = null;
      for (const point of this.points) {
        const [x, y] = [width * (1 - (now_ms - point.at_ms) / MINUTE_MS), height * (1 - (point.scores?.[i] ?? 0))];
        const follows = before?.scores && point.scores && point.at_ms - before.at_ms < GAP_MS;
        if (point.scores) pen[follows ? "lineTo" : "moveTo"](x, y);
        before = point;
      }
      pen.stroke();
    });
  }
}
