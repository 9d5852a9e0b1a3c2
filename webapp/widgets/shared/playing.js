// How widgets of one page speak of the recording that plays: the player tells its time, others move it.
const TIME = "emoclassify-time";
const SEEK = "emoclassify-seek";

export const tellTime = (time_s) => document.dispatchEvent(new CustomEvent(TIME, { detail: time_s }));

export const seek = (time_s) => document.dispatchEvent(new CustomEvent(SEEK, { detail: time_s }));

// Each calls back until the function that it returns is called.
export const onTime = (callback) => listen(TIME, callback);

export const onSeek = (callback) => listen(SEEK, callback);

function listen(name, callback) {
  const listener = ({ detail }) => callback(detail);
  document.addEventListener(name, listener);
  return () => document.removeEventListener(name, listener);
}
