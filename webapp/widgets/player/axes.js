// The places of times and values in the chart, in pixels.
export const LEFT = 46;
export const RIGHT = 22;
export const TOP = 10;
export const HEIGHT = 230;
export const BOTTOM = TOP + HEIGHT;
// The row of times below the curves.
export const TIMES_HEIGHT = 26;

const STEPS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];
const LONGEST_STEP_S = 7200;
const TICK_DISTANCE_PX = 62;
const SHORTEST_VIEW_S = 2;
const SHORTEST_RECORDING_S = 0.5;

// Times from view.start_s to view.end_s run across a chart of this width, values of the domain [low, high] upwards.
export class Axes {
  constructor(view, domain, width) {
    this.view = view;
    this.domain = domain;
    this.innerWidth = width - LEFT - RIGHT;
  }

  get length_s() {
    return this.view.end_s - this.view.start_s;
  }

  x(time_s) {
    return LEFT + ((time_s - this.view.start_s) / this.length_s) * this.innerWidth;
  }

  y(value) {
    const [low, high] = this.domain;
    return TOP + (1 - (value - low) / (high - low)) * HEIGHT;
  }

  timeAt(x) {
    return this.view.start_s + ((x - LEFT) / this.innerWidth) * this.length_s;
  }

  // From one time below the curves to the next: a round one, far enough for their texts.
  get tickStep_s() {
    const shortestStep_s = (this.length_s * TICK_DISTANCE_PX) / this.innerWidth;
    return STEPS_S.find((step) => step >= shortestStep_s) ?? LONGEST_STEP_S;
  }

  // The times to write below the curves.
  timeTicks() {
    const step_s = this.tickStep_s;
    const ticks = [];
    for (let i = Math.ceil(this.view.start_s / step_s); i * step_s <= this.view.end_s + 1e-9; i++)
      ticks.push(i * step_s);
    return ticks;
  }
}

// The view of a whole recording; after a very short one there is some space.
export function wholeView(recordingEnd_s) {
  return { start_s: 0, end_s: Math.max(recordingEnd_s, SHORTEST_RECORDING_S) };
}

// A view `factor` times as long around a time, within the recording.
export function zoomed(view, factor, middle_s, recordingEnd_s) {
  const full_s = wholeView(recordingEnd_s).end_s;
  const shortest_s = Math.min(SHORTEST_VIEW_S, full_s);
  const length_s = Math.min(Math.max((view.end_s - view.start_s) * factor, shortest_s), full_s);
  const start_s = Math.min(Math.max(middle_s - length_s / 2, 0), full_s - length_s);
  return { start_s, end_s: start_s + length_s };
}
