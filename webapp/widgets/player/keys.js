// What the keys do while the chart has the keyboard.
const FAR = 10;

// The time that a key leads to; null where it is no key of moving.
export function timeAfter(event, time_s, step_s, end_s) {
  const step = event.shiftKey ? FAR * step_s : step_s;
  const times = {
    ArrowLeft: time_s - step,
    ArrowDown: time_s - step,
    ArrowRight: time_s + step,
    ArrowUp: time_s + step,
    PageUp: time_s + FAR * step_s,
    PageDown: time_s - FAR * step_s,
    Home: 0,
    End: end_s,
  };
  return times[event.key] ?? null;
}

// How many times as long the view is to be after a key; null where it is no key of zooming.
export function zoomOf(key) {
  return { "+": 1 / 2, "=": 1 / 2, "-": 2 }[key] ?? null;
}
