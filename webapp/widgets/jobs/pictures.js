// What a row shows of a recording: its first picture, and the shares of the three groups as a bar.
import { html } from "../shared/elements.js";

// The first picture, fetched when the row comes into sight; nothing of sound, and of what is not kept.
export function still({ picture, video }) {
  if (picture) return [html("img", { src: picture, alt: "", loading: "lazy" })];
  if (!video) return [];
  const element = html("video", { preload: "none", tabindex: "-1", "aria-hidden": "true", playsinline: true });
  element.muted = true;
  const sight = new IntersectionObserver(([entry]) => {
    if (!entry.isIntersecting) return;
    sight.disconnect();
    Object.assign(element, { preload: "metadata", src: `${video}#t=0.5` });
  });
  sight.observe(element);
  return [element];
}

// A bar of coloured parts, each { label, share, colour }; the words for it stand in the row.
export function bar(shares) {
  if (!shares.length) return [];
  const parts = shares.map(({ label, share, colour }) =>
    html("span", { title: label, style: `width: ${(100 * share).toFixed(1)}%; background: ${colour}` }),
  );
  return [html("div", { class: "shares", "aria-hidden": "true" }, ...parts)];
}
