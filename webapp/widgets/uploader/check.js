// Checks a file before it is sent.

// The problem with a file, by the name of its text; null where there is none. `limits` has the endings, max_bytes, and
// the pattern of the first bytes of the accepted formats.
export async function problemOf(file, limits) {
  const ending = file.name.includes(".") ? file.name.split(".").pop().toLowerCase() : "";
  if (!limits.endings.includes(ending)) return "wrong_ending";
  if (!file.size) return "empty";
  if (file.size > limits.max_bytes) return "too_large";
  try {
    const firstBytes = new Uint8Array(await file.slice(0, limits.first_bytes.n).arrayBuffer());
    return isMedia(firstBytes, limits.first_bytes.pattern) ? null : "not_media";
  } catch {
    return "unreadable";
  }
}

// True where the first bytes match a pattern, in which each character stands for the byte with its code.
export function isMedia(firstBytes, pattern) {
  return new RegExp(`^(?:${pattern})`, "s").test(String.fromCharCode(...firstBytes));
}
