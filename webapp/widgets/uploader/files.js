// The files of a recording in the queue: one, or of a call perhaps two.

// What a recording is called; a call of two recordings by both.
export function nameOf({ file, second }) {
  return second ? `${file.name} + ${second.name}` : file.name;
}

// How much is sent of a recording, or of the two of a call.
export function bytesOf({ file, second }) {
  return file.size + (second?.size ?? 0);
}
