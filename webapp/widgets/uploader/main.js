// Chooses recordings (mode "choose") and sends them to the page's server (mode "send").
import { drawChooser } from "./chooser.js";
import { begin } from "./send.js";
import { drawSender } from "./sender.js";
import { descriptions, uploads } from "./uploads.js";

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  const root = parentElement.querySelector(".uploader");
  const isChoosing = data.mode === "choose";
  uploads.draw = () => (isChoosing ? drawChooser(root, data) : drawSender(root, data));
  uploads.notify = (event) => {
    if (isChoosing && event === "selected") setStateValue("files", descriptions());
    if (!isChoosing && event === "accepted") setTriggerValue("accepted", Date.now());
  };
  if (data.start && !uploads.tokens.has(data.start.token)) begin(data.start);
  uploads.draw();
  window.onstorage = () => uploads.draw(); // another tab has handed something in, or was closed
  if (isChoosing && JSON.stringify(data.known) !== JSON.stringify(descriptions())) uploads.notify("selected");
}
