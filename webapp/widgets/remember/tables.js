// A table that is wider than a narrow page scrolls in a frame of Streamlit's: the keyboard has to reach it too.
const FRAMES = '[data-testid="stTable"] div';

export function watchTables() {
  if (document.tablesWatched) return;
  document.tablesWatched = true;
  new MutationObserver(reachFrames).observe(document.body, { childList: true, subtree: true });
  addEventListener("resize", reachFrames);
  reachFrames();
}

function reachFrames() {
  for (const frame of document.querySelectorAll(FRAMES)) {
    const scrolls = frame.scrollWidth > frame.clientWidth + 1;
    if (scrolls) frame.tabIndex = 0;
    else frame.removeAttribute("tabindex");
  }
}
