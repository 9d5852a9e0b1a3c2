// What stands at one time of the recording.

// Each curve that is not hidden with its value, the highest first; null where there is none.
export function valuesAt(data, hidden, time_s) {
  const step = Math.floor(time_s / data.step_s + 1e-9);
  return data.curves
    .filter((curve) => !hidden.has(curve.id))
    .map((curve) => ({ curve, value: curve.values[Math.min(step, curve.values.length - 1)] ?? null }))
    .sort((a, b) => (b.value ?? -9) - (a.value ?? -9));
}

// What is said of the time itself: a gap, doubt, what the strips hold.
export function notesAt(data, time_s) {
  const holds = ([start_s, end_s]) => start_s <= time_s && time_s < end_s;
  const notes = [];
  if (data.gaps.some(holds)) notes.push(data.texts.gap);
  else if (data.doubtful.some(holds)) notes.push(data.texts.doubtful);
  for (const strip of data.strips) {
    const segment = strip.segments.find(({ start_s, end_s }) => holds([start_s, end_s]));
    if (segment) notes.push(segment.told);
    else if (strip.silent) notes.push(strip.silent);
  }
  return notes;
}

const MOST_SPOKEN = 3;

// The same in words, for screen readers.
export function spokenAt(data, hidden, time_s) {
  const read = valuesAt(data, hidden, time_s).filter(({ value }) => value !== null);
  const values = read.slice(0, MOST_SPOKEN).map(({ curve, value }) => `${curve.label} ${decimal(value, data.texts)}`);
  return [...values, ...notesAt(data, time_s)].join(". ");
}

// A value with two decimals as the reader's language writes it.
export function decimal(value, texts) {
  const text = value.toFixed(2).replace("-", "−");
  return texts.comma ? text.replace(".", ",") : text;
}
