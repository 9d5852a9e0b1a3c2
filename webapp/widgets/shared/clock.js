// A time as it is read on a clock: 1:05, 1:00:05; exact: 1:05.0.
export function clock(time_s, exact = false) {
  const whole = exact ? Math.round(time_s * 10) / 10 : Math.round(time_s);
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const text = exact ? seconds.toFixed(1).padStart(4, "0") : String(seconds).padStart(2, "0");
  return `${hours ? `${hours}:${String(minutes).padStart(2, "0")}` : minutes}:${text}`;
}
