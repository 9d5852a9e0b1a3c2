// Paints stills of a recording from a second video element, which nobody sees.
import { html } from "../shared/elements.js";

const BEFORE_END_S = 0.05; // at the very end some browsers have no picture

// Paints onto each canvas the picture at its time, one after another; hides the canvases where the video fails.
export async function paintStills(url, stills) {
  const video = html("video", { preload: "auto", playsinline: true });
  video.muted = true;
  video.src = url;
  try {
    await eventOf(video, "loadeddata");
    for (const { canvas, time_s } of stills) {
      const seeked = eventOf(video, "seeked");
      video.currentTime = Math.min(time_s, video.duration - BEFORE_END_S);
      await seeked;
      canvas.height = Math.round((canvas.width * video.videoHeight) / video.videoWidth);
      canvas.getContext("2d").drawImage(video, 0, 0, canvas.width, canvas.height);
    }
  } catch {
    for (const { canvas } of stills) canvas.hidden = true;
  } finally {
    video.removeAttribute("src");
    video.load();
  }
}

// Waits for one event of a video; rejects where the video fails.
function eventOf(video, name) {
  return new Promise((resolve, reject) => {
    video.addEventListener(name, resolve, { once: true });
    video.addEventListener("error", reject, { once: true });
  });
}
