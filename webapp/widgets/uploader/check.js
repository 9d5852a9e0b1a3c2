// What is wrong with a file, as far as can be seen before it is sent.

// The name of what is wrong, which is the name of its text; null where nothing is. `limits` has the endings, the most
// bytes, and the first bytes of the formats that are read.
export async function problemOf(file, limits) {
  const ending = file.name.includes(".") ? file.name.split(".").pop().toLowerCase() : "";
  if (!limits.endings.includes(ending)) return "wrong_ending";
  if (!file.size) return "empty";
  if (file.size > limits.max_bytes) return "too_large";
  try {
    const first = new Uint8Array(await file.slice(0, limits.first_bytes.n).arrayBuffer());
    return isMedia(first, limits.first_bytes.pattern) ? null : "not_media";
  } catch {
    return "unreadable";
  }
}

// True where the first bytes match a pattern, whose letters stand for the bytes of the same numbers.
export function isMedia(first, pattern) {
  return new RegExp(`^(?:${pattern})`, "s").test(String.fromCharCode(...first));
}
