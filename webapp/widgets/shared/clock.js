// A time in seconds as text, e.g. 1:05 or 1:00:05; exact adds tenths, 1:05.0, with a comma where the language has one.
export function clock(time_s, exact = false, comma = false) {
  const rounded_s = exact ? Math.round(time_s * 10) / 10 : Math.round(time_s);
  const [hours, minutes, seconds] = [Math.floor(rounded_s / 3600), Math.floor(rounded_s / 60) % 60, rounded_s % 60];
  const text = exact ? seconds.toFixed(1).padStart(4, "0") : String(seconds).padStart(2, "0");
  const minute = `${hours ? `${hours}:${String(minutes).padStart(2, "0")}` : minutes}`;
  return `${minute}:${comma ? text.replace(".", ",") : text}`;
}
