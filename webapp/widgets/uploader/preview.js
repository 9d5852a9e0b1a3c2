// Length and first picture of a file, as far as this browser plays it. Nothing is sent for it.
import { html } from "../shared/elements.js";

const LONGEST_LOOK_MS = 10000;
const WIDTH = 192;
const PICTURE = /\.(jpe?g|png|webp|bmp)$/i;

// Its length_s and picture; null where this browser cannot tell.
export async function previewOf(file) {
  const url = URL.createObjectURL(file);
  const preview = { length_s: null, picture: null };
  const looked = PICTURE.test(file.name) ? lookAtPicture(url, preview) : lookAtRecording(url, preview);
  let timer = null;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, LONGEST_LOOK_MS);
  });
  await Promise.race([looked, late]);
  clearTimeout(timer);
  URL.revokeObjectURL(url);
  return { ...preview };
}

function lookAtPicture(url, preview) {
  return new Promise((resolve) => {
    const image = new Image();
    image.onload = () => {
      preview.picture = drawn(image, image.naturalWidth, image.naturalHeight);
      resolve();
    };
    image.onerror = resolve;
    image.src = url;
  });
}

function lookAtRecording(url, preview) {
  return new Promise((resolve) => {
    const video = html("video", { preload: "auto", playsinline: true });
    video.muted = true;
    video.onloadedmetadata = () => {
      if (Number.isFinite(video.duration)) preview.length_s = video.duration;
      if (!video.videoWidth) resolve();
    };
    video.onloadeddata = () => {
      if (video.videoWidth) preview.picture = drawn(video, video.videoWidth, video.videoHeight);
      resolve();
    };
    video.onerror = resolve;
    video.src = url;
  });
}

function drawn(source, width, height) {
  const canvas = html("canvas", { width: WIDTH, height: Math.max(1, Math.round((WIDTH * height) / width)) });
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.8);
}
