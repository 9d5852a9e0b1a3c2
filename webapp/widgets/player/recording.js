// The recording itself, played by the browser: a picture with its sound, or sound alone.
import { html } from "../shared/elements.js";

export class Recording {
  // `onMove` is called with the time whenever it changes.
  constructor(onMove) {
    this.element = html("video", { controls: true, preload: "auto", playsinline: true });
    this.element.ontimeupdate = () => onMove(this.element.currentTime);
    this.element.onseeking = () => onMove(this.element.currentTime);
  }

  // Shows a file at a time: where the file changes, the new one continues where the old one was.
  show({ video, sound, texts }, time_s) {
    this.element.hidden = !video;
    this.element.classList.toggle("sound", Boolean(sound));
    if (!video || this.element.getAttribute("src") === video) return;
    this.element.src = video;
    this.element.setAttribute("aria-label", texts.recording);
    this.element.addEventListener("loadedmetadata", () => this.seek(time_s), { once: true });
  }

  seek(time_s) {
    this.element.currentTime = time_s;
  }

  playOrPause() {
    if (this.element.paused) this.element.play();
    else this.element.pause();
  }

  pause() {
    this.element.pause();
  }
}
