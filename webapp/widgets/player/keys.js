// The keys that the chart reacts to while it has the focus.
const STEPS_AT_ONCE = 10;

// The time to which a key moves; null for any other key.
export function timeAfter(event, time_s, step_s, end_s) {
  const step = event.shiftKey ? STEPS_AT_ONCE * step_s : step_s;
  const times = {
    ArrowLeft: time_s - step,
    ArrowDown: time_s - step,
    ArrowRight: time_s + step,
    ArrowUp: time_s + step,
    PageUp: time_s + STEPS_AT_ONCE * step_s,
    PageDown: time_s - STEPS_AT_ONCE * step_s,
    Home: 0,
    End: end_s,
  };
  return times[event.key] ?? null;
}

// The factor by which a key makes the view longer; null for any other key.
export function zoomOf(key) {
  return { "+": 1 / 2, "=": 1 / 2, "-": 2 }[key] ?? null;
}
