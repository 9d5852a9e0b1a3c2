// The values and notes at one time of the recording.

// Each curve that is not hidden, with its value, the highest first; the value is null in a gap.
export function valuesAt(data, hiddenIds, time_s) {
  const step = Math.floor(time_s / data.step_s + 1e-9);
  return data.curves
    .filter((curve) => !hiddenIds.has(curve.id))
    .map((curve) => ({ curve, value: curve.values[Math.min(step, curve.values.length - 1)] ?? null }))
    .sort((a, b) => (b.value ?? -9) - (a.value ?? -9));
}

// Notes about a time: what is told of each step, whether it is in a gap or in doubt, and the texts of the strips there.
export function notesAt(data, time_s) {
  const contains = ([start_s, end_s]) => start_s <= time_s && time_s < end_s;
  const steps = data.notes ?? [];
  const notes = [...(steps[Math.min(Math.floor(time_s / data.step_s + 1e-9), steps.length - 1)] ?? [])];
  if (data.gaps.some(contains)) notes.push(data.texts.gap);
  else if (data.doubtful.some(contains)) notes.push(data.texts.doubtful);
  for (const strip of data.strips) {
    const segment = strip.segments.find(({ start_s, end_s }) => contains([start_s, end_s]));
    if (segment) notes.push(segment.text);
    else if (strip.silent) notes.push(strip.silent);
  }
  return notes;
}

const MOST_SPOKEN = 3;

// Values and notes in words, for screen readers.
export function spokenAt(data, hiddenIds, time_s) {
  const readings = valuesAt(data, hiddenIds, time_s).filter(({ value }) => value !== null);
  const values = readings
    .slice(0, MOST_SPOKEN)
    .map(({ curve, value }) => `${curve.label} ${decimal(value, data.texts)}`);
  return [...values, ...notesAt(data, time_s)].join(". ");
}

// A value with two decimals and the decimal mark of the language.
export function decimal(value, texts) {
  const text = value.toFixed(2).replace("-", "−");
  return texts.comma ? text.replace(".", ",") : text;
}
