// The paths of curves, and of the band between two.

// [x, value] of a curve, one a pixel at most: the mean of the steps under it. null where all of them are gaps.
export function pointsOf(values, step_s, recordingEnd_s, axes) {
  const from = Math.max(0, Math.floor(axes.view.start_s / step_s) - 1);
  const to = Math.min(values.length, Math.ceil(axes.view.end_s / step_s) + 1);
  const merged = Math.max(1, Math.floor((to - from) / axes.innerWidth));
  const points = [];
  for (let i = from - (from % merged); i < to; i += merged) {
    const read = values.slice(i, i + merged).filter((value) => value !== null);
    const middle_s = Math.min((i + merged / 2) * step_s, recordingEnd_s);
    points.push(read.length ? [axes.x(middle_s), read.reduce((a, b) => a + b) / read.length] : null);
  }
  return points;
}

// A gap breaks the line; a point between two gaps is a dot.
export function linePath(points, axes) {
  let drawing = "";
  let isOpen = false;
  for (const point of points) {
    if (point) drawing += `${isOpen ? "L" : "M"}${at(point, axes)}${isOpen ? "" : "h0.1"}`;
    isOpen = point !== null;
  }
  return drawing;
}

// The area between the points of a lower and an upper curve, in one piece for each stretch without a gap.
export function bandPath(low, high, axes) {
  let drawing = "";
  let stretch = [];
  const close = () => {
    if (stretch.length) {
      const there = stretch.map(([, upper]) => at(upper, axes));
      const back = stretch.map(([lower]) => at(lower, axes)).reverse();
      drawing += `M${there.join("L")}L${back.join("L")}Z`;
    }
    stretch = [];
  };
  low.forEach((point, i) => {
    if (point && high[i]) stretch.push([point, high[i]]);
    else close();
  });
  close();
  return drawing;
}

function at([x, value], axes) {
  return `${x.toFixed(1)} ${axes.y(value).toFixed(1)}`;
}
