// Length and first picture of a file, where this browser can play it. Nothing is sent.
import { html } from "../shared/elements.js";

const TIMEOUT_MS = 10000;
const WIDTH = 192;
const PICTURE = /\.(jpe?g|png|webp|bmp)$/i;

// Its length_s and picture (a data URL); each null where this browser cannot find it.
export async function previewOf(file) {
  const url = URL.createObjectURL(file);
  const preview = { length_s: null, picture: null };
  const reading = PICTURE.test(file.name) ? readPicture(url, preview) : readRecording(url, preview);
  let timer = null;
  const timeout = new Promise((resolve) => {
    timer = setTimeout(resolve, TIMEOUT_MS);
  });
  await Promise.race([reading, timeout]);
  clearTimeout(timer);
  URL.revokeObjectURL(url);
  return { ...preview };
}

function readPicture(url, preview) {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => {
      preview.picture = dataUrlOf(image, image.naturalWidth, image.naturalHeight);
      resolve();
    };
    image.onerror = resolve;
    image.src = url;
  });
}

function readRecording(url, preview) {
  return new Promise((resolve) => {
    const video = html("video", { preload: "auto", playsinline: true });
    video.muted = true;
    video.onloadedmetadata = () => {
      if (Number.isFinite(video.duration)) preview.length_s = video.duration;
      if (!video.videoWidth) resolve();
    };
    video.onloadeddata = () => {
      if (video.videoWidth) preview.picture = dataUrlOf(video, video.videoWidth, video.videoHeight);
      resolve();
    };
    video.onerror = resolve;
    video.src = url;
  });
}

function dataUrlOf(source, width, height) {
  const canvas = html("canvas", { width: WIDTH, height: Math.max(1, Math.round((WIDTH * height) / width)) });
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.8);
}
