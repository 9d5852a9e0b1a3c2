// What every page needs: the language in a cookie, and set for screen readers; tables that the keyboard can scroll. And
// it looks after the connection: where the page's server lets this visitor in no more, as after its restart, Streamlit
// would try for ever without a word.
import { watchTables } from "./tables.js";

const ATTRIBUTE = "data-test-connection-state";
const CONNECTED = "CONNECTED";
const RETRY_MS = 2000;
const REFUSED = 401;

let watched;

export default function (component) {
  document.documentElement.lang = component.data.language;
  watchTables();
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs TLS
  document.cookie = `emoclassify_language=${component.data.language}; path=/; max-age=31536000; samesite=strict`;
  watch(document.querySelector(`[${ATTRIBUTE}]`));
}

function watch(app) {
  if (!app || app === watched) return;
  watched = app;
  new MutationObserver(() => askWhileAway(app)).observe(app, { attributeFilter: [ATTRIBUTE] });
}

let isAsking = false;

async function askWhileAway(app) {
  if (isAsking) return;
  isAsking = true;
  while (app.isConnected && app.getAttribute(ATTRIBUTE) !== CONNECTED) {
    const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" }).catch(() => null);
    if (answer?.status === REFUSED) location.reload(); // there is a form for the key
    await new Promise((done) => setTimeout(done, RETRY_MS));
  }
  isAsking = false;
}
