// What other tabs of this browser hand in, and what a tab that was closed or loaded anew has not handed in. Each tab
// keeps a record in the browser's storage while it sends; one that is not renewed any more is of a tab that is gone.
const STORE = "emoclassify-sending:";
const STALE_MS = 90000; // a hidden tab runs its timers once a minute

// Keeps or renews the record of a tab; removes it where nothing is left to hand in.
export function keepRecord(storage, tab, { names, done, all }, now_ms) {
  if (names.length) storage.setItem(STORE + tab, JSON.stringify({ names, done, all, now_ms, isCut: false }));
  else storage.removeItem(STORE + tab);
}

// Marks the record of a tab that is being closed or loaded anew.
export function markCut(storage, tab) {
  const text = storage.getItem(STORE + tab);
  if (text) storage.setItem(STORE + tab, JSON.stringify({ ...JSON.parse(text), isCut: true }));
}

export function removeRecord(storage, tab) {
  storage.removeItem(STORE + tab);
}

// The records of the other tabs: { tab, names, done, all, isCut }.
export function otherRecords(storage, ownTab, now_ms) {
  const keys = Array.from({ length: storage.length }, (_, i) => storage.key(i));
  const tabs = keys.filter((key) => key.startsWith(STORE)).map((key) => key.slice(STORE.length));
  return tabs
    .filter((tab) => tab !== ownTab)
    .map((tab) => ({ tab, ...JSON.parse(storage.getItem(STORE + tab)) }))
    .map((record) => ({ ...record, isCut: record.isCut || now_ms - record.now_ms > STALE_MS }));
}
