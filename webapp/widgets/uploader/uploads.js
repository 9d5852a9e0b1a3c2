// What was chosen and what is on its way belongs to the browser's page: it outlives a change of pages inside it.

window.emoclassify ??= {};
window.emoclassify.uploads ??= { chosen: [], sent: [], begun: new Set(), draw: () => {}, tell: () => {} };

// chosen: recordings that were picked; sent: those on their way, or refused; begun: the tokens of what was started;
// draw and tell: of the widget that is shown; `tell` lets the page's script know, "chosen" or "accepted".
export const uploads = window.emoclassify.uploads;

// Those of the chosen that were looked at and can be sent.
export function sendable() {
  return uploads.chosen.filter((item) => item.looked && !item.problem);
}

// The same as the page's script knows them.
export function described() {
  return sendable().map((item) => ({ name: item.file.name, size: item.file.size, length_s: item.length_s }));
}

// Takes one of the chosen away.
export function unchoose(item) {
  uploads.chosen = uploads.chosen.filter((other) => other !== item);
}

// Takes one of the sent away.
export function forget(item) {
  uploads.sent = uploads.sent.filter((other) => other !== item);
}
