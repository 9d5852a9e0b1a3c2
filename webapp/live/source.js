// Where the pictures come from: the camera, or a file of the visitor's that stays in the browser.
const WANTED = { video: { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 30 } }, audio: false };

// Shows the camera; throws an Error with the name of a text where there is none.
export async function openCamera(video) {
  if (!navigator.mediaDevices?.getUserMedia) throw new Error("live_no_https");
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia(WANTED);
  } catch {
    throw new Error("live_no_camera");
  }
  await video.play();
}

export async function openFile(video, file) {
  video.src = URL.createObjectURL(file);
  await video.play();
}

export function shut(video) {
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  if (video.src) URL.revokeObjectURL(video.src);
  video.srcObject = null;
  video.removeAttribute("src");
  video.load();
}
