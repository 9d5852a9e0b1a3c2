// The paths of curves, and of the band between two curves.

// Points [x, value] of a curve, at most one for each pixel: the mean of its steps there, or null where all are gaps.
export function pointsOf(values, step_s, recordingEnd_s, axes) {
  const from = Math.max(0, Math.floor(axes.view.start_s / step_s) - 1);
  const to = Math.min(values.length, Math.ceil(axes.view.end_s / step_s) + 1);
  const stepsPerPoint = Math.max(1, Math.floor((to - from) / axes.innerWidth));
  const points = [];
  for (let i = from - (from % stepsPerPoint); i < to; i += stepsPerPoint) {
    const readings = values.slice(i, i + stepsPerPoint).filter((value) => value !== null);
    const middle_s = Math.min((i + stepsPerPoint / 2) * step_s, recordingEnd_s);
    points.push(readings.length ? [axes.x(middle_s), readings.reduce((a, b) => a + b) / readings.length] : null);
  }
  return points;
}

// The path of a line through points: a gap breaks it, a point between two gaps becomes a dot.
export function linePath(points, axes) {
  let path = "";
  let isOpen = false;
  for (const point of points) {
    if (point) path += `${isOpen ? "L" : "M"}${coordinates(point, axes)}${isOpen ? "" : "h0.1"}`;
    isOpen = point !== null;
  }
  return path;
}

// The area between a lower and an upper curve, one piece for each stretch without a gap.
export function bandPath(low, high, axes) {
  let path = "";
  let stretch = [];
  const close = () => {
    if (stretch.length) {
      const upperPoints = stretch.map(([, upper]) => coordinates(upper, axes));
      const lowerPoints = stretch.map(([lower]) => coordinates(lower, axes)).reverse();
      path += `M${upperPoints.join("L")}L${lowerPoints.join("L")}Z`;
    }
    stretch = [];
  };
  low.forEach((point, i) => {
    if (point && high[i]) stretch.push([point, high[i]]);
    else close();
  });
  close();
  return path;
}

function coordinates([x, value], axes) {
  return `${x.toFixed(1)} ${axes.y(value).toFixed(1)}`;
}
