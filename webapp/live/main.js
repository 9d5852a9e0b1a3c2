// The live view: pictures of a camera or a film go to the server, one at a time, and what it reads in them is shown.
import { Minute } from "./minute.js";
import { Recording } from "./recording.js";
import { Sender } from "./sender.js";
import { openCamera, openFile, shut } from "./source.js";
import { View } from "./view.js";

const settings = JSON.parse(document.getElementById("settings").textContent);
const { texts } = settings;
const at = (id) => document.getElementById(id);
const view = new View(settings);
const minute = new Minute(at("minute"), settings);
const sender = new Sender(at("video"), {
  onReading: (reading, facts) => {
    view.show(reading, facts);
    minute.add(reading, performance.now());
  },
  onNotice: (name) => tell(name && texts[name]),
});
const recording = new Recording();

function tell(text) {
  at("notice").textContent = text ?? "";
}

function setRunning(isRunning, isCamera = false) {
  for (const [id, isHidden] of [
    ["camera", isRunning],
    ["stop", !isRunning],
    ["record", !(isRunning && isCamera)],
  ])
    at(id).hidden = isHidden;
  at("frame").classList.toggle("mirrored", isCamera);
}

async function begin(open, isCamera) {
  end();
  tell("");
  try {
    await open(at("video"));
  } catch (error) {
    tell(texts[error.message] ?? texts.live_no_camera);
    return;
  }
  setRunning(true, isCamera);
  sender.start();
}

function end() {
  sender.stop();
  recording.stop();
  shut(at("video"));
  view.clear();
  setRunning(false);
}

async function record() {
  if (recording.isRunning) {
    recording.stop();
    return;
  }
  at("record").textContent = texts.live_record_stop;
  at("sent").replaceChildren();
  const answer = await recording.run(at("video").srcObject);
  at("record").textContent = texts.live_record;
  at("sent").replaceChildren(answer.id ? linkTo(answer.id) : answer.detail || texts.live_not_sent);
}

function linkTo(jobId) {
  const link = document.createElement("a");
  link.href = `/result?job=${jobId}`;
  link.textContent = texts.live_sent;
  return link;
}

at("camera").onclick = () => begin(openCamera, true);
at("file").onchange = () => {
  const [file] = at("file").files;
  if (file) begin((video) => openFile(video, file), false);
};
at("stop").onclick = end;
at("record").onclick = record;
