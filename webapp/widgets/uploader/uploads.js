// The recordings to send and being sent. They belong to the browser's window, so that they last when Streamlit changes
// the page inside it.

window.emoclassify ??= {};
window.emoclassify.uploader ??= {
  selection: [],
  queue: [],
  tokens: new Set(),
  counts: { done: 0, all: 0 },
  tab: String(Math.random()).slice(2),
  draw: () => {},
  notify: () => {},
};

// selection: recordings to send, each a `file`, and in the queue perhaps a `second` of the other side of a call; queue:
// those that wait, are being sent or were refused; tokens: of the clicks on "start" that were handled; counts: how many
// of the last start were handed in, and of how many; tab: a name of this window; draw and notify: functions of the
// current widget. `notify` informs the page's script of an event, "selected" or "accepted".
export const uploads = window.emoclassify.uploader;

// The selected recordings that were checked and can be sent.
export function sendable() {
  return uploads.selection.filter((item) => item.isChecked && !item.problem);
}

// The selected recordings that cannot be sent.
export function refused() {
  return uploads.selection.filter((item) => item.problem);
}

// Those that can be sent, in the form that the page's script gets.
export function descriptions() {
  return sendable().map((item) => ({ name: item.file.name, size: item.file.size, length_s: item.length_s }));
}

// Removes a recording from the selection.
export function deselect(item) {
  uploads.selection = uploads.selection.filter((other) => other !== item);
}

// Removes a recording from the queue.
export function dequeue(item) {
  uploads.queue = uploads.queue.filter((other) => other !== item);
}
