// Chooses recordings (mode "choose") and sends them to the page's server (mode "send"). What was chosen and what is on
// its way belongs to the browser's page: it outlives a change of pages inside it.
const KNOWN = new RegExp(
  "^(?:.{4}(?:ftyp|moov|mdat|free|skip|wide|pnot|uuid)|\\x1a\\x45\\xdf\\xa3|(?:RIFF|RIFX|RF64).{4}(?:AVI |AVIX|WAVE|WEBP)" +
    "|\\x00\\x00\\x01[\\xba\\xb3]|ID3|\\xff[\\xe2-\\xe7\\xf2-\\xf7\\xfa-\\xff]|fLaC|OggS|\\xff\\xd8\\xff|\\x89PNG\\r\\n\\x1a\\n|BM)",
  "s",
);
const LOOK_MS = 10000;
const shared = (window.emoclassify ??= {});
const store = (shared.uploads ??= { chosen: [], sent: [], begun: new Set(), next: 1, draw: () => {}, tell: () => {} });

export default function (component) {
  const { data, parentElement, setStateValue, setTriggerValue } = component;
  const root = parentElement.querySelector(".uploader");
  const choosing = data.mode === "choose";
  store.draw = () => (choosing ? drawChosen(root, data) : drawSent(root, data));
  store.tell = (what) => {
    if (choosing && what === "chosen") setStateValue("files", told());
    if (!choosing && what === "accepted") setTriggerValue("accepted", Date.now());
  };
  if (choosing && !root.firstChild) buildChooser(root, data);
  if (data.start && !store.begun.has(data.start.token)) begin(data.start);
  store.draw();
  if (choosing && JSON.stringify(data.known) !== JSON.stringify(told())) setStateValue("files", told());
}

function told() {
  const good = store.chosen.filter((item) => item.looked && !item.problem);
  return good.map((item) => ({ name: item.file.name, size: item.file.size, length_s: item.length_s }));
}

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) element[name] = value;
    else if (value !== null && value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

function buildChooser(root, data) {
  const input = make("input", { type: "file", multiple: true, hidden: true, accept: data.endings.map((e) => "." + e).join(",") });
  const pick = make("button", { type: "button", class: "pick", onclick: () => input.click() });
  const drop = make("div", { class: "drop" }, make("p", { class: "lead" }), pick, input, make("p", { class: "small hint" }));
  input.onchange = () => {
    add([...input.files], root.now);
    input.value = "";
  };
  drop.ondragover = (event) => {
    event.preventDefault();
    drop.classList.add("over");
  };
  drop.ondragleave = () => drop.classList.remove("over");
  drop.ondrop = (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    add([...event.dataTransfer.files], root.now);
  };
  root.append(drop, make("ul", { "aria-live": "polite" }));
}

async function add(files, data) {
  for (const file of files) {
    const same = (item) => item.file.name === file.name && item.file.size === file.size && item.file.lastModified === file.lastModified;
    if (store.chosen.some(same)) continue;
    const item = { id: store.next++, file, looked: false, problem: null, length_s: null, picture: null };
    store.chosen.push(item);
    store.draw();
    item.problem = await wrong(file, data);
    if (!item.problem) Object.assign(item, await look(file));
    item.looked = true;
    store.draw();
    store.tell("chosen");
  }
}

async function wrong(file, data) {
  const ending = file.name.includes(".") ? file.name.split(".").pop().toLowerCase() : "";
  if (!data.endings.includes(ending)) return "wrong_ending";
  if (!file.size) return "empty";
  if (file.size > data.max_bytes) return "too_large";
  try {
    const first = new Uint8Array(await file.slice(0, 16).arrayBuffer());
    return KNOWN.test(String.fromCharCode(...first)) ? null : "not_media";
  } catch {
    return "unreadable";
  }
}

// Length and first picture, as far as this browser plays the file. Nothing is sent for it.
function look(file) {
  const url = URL.createObjectURL(file);
  const found = { length_s: null, picture: null };
  return new Promise((resolve) => {
    const end = () => {
      URL.revokeObjectURL(url);
      resolve(found);
    };
    const timer = setTimeout(end, LOOK_MS);
    const done = () => {
      clearTimeout(timer);
      end();
    };
    if (/\.(jpe?g|png|webp|bmp)$/i.test(file.name)) {
      const image = new Image();
      image.onload = () => {
        found.picture = drawn(image, image.naturalWidth, image.naturalHeight);
        done();
      };
      image.onerror = done;
      image.src = url;
      return;
    }
    const video = make("video", { preload: "auto", playsinline: true });
    video.muted = true;
    video.onloadedmetadata = () => {
      if (Number.isFinite(video.duration)) found.length_s = video.duration;
      if (!video.videoWidth) done();
    };
    video.onloadeddata = () => {
      if (video.videoWidth) found.picture = drawn(video, video.videoWidth, video.videoHeight);
      done();
    };
    video.onerror = done;
    video.src = url;
  });
}

function drawn(source, width, height) {
  const canvas = make("canvas", { width: 192, height: Math.max(1, Math.round((192 * height) / width)) });
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.8);
}

function drawChosen(root, data) {
  root.now = data;
  const { texts } = data;
  root.querySelector(".lead").textContent = texts.drop;
  root.querySelector(".pick").textContent = texts.pick;
  root.querySelector(".hint").textContent = texts.hint;
  const rows = store.chosen.map((item) => {
    const facts = item.looked ? [length(item.length_s), size(item.file.size, texts)].filter(Boolean).join(" · ") : texts.looking;
    const what = make("div", { class: "what" }, make("span", { class: "name" }, item.file.name), make("span", { class: "small" }, facts));
    if (item.problem) what.append(make("span", { class: "problem", role: "alert" }, texts[item.problem]));
    else if (item.looked && item.length_s === null && !item.picture) what.append(make("span", { class: "small" }, " · " + texts.no_look));
    const remove = make("button", { type: "button", "aria-label": `${texts.remove}: ${item.file.name}` }, texts.remove);
    remove.onclick = () => {
      store.chosen = store.chosen.filter((other) => other !== item);
      store.draw();
      store.tell("chosen");
    };
    return make("li", {}, still(item), what, remove);
  });
  root.querySelector("ul").replaceChildren(...rows);
}

function still(item) {
  if (item.picture) return make("img", { src: item.picture, alt: "" });
  return make("span", { class: "none", "aria-hidden": "true" }, item.problem ? "✕" : "♪");
}

function length(length_s) {
  if (length_s === null) return "";
  const whole = Math.round(length_s);
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return (hours ? `${hours}:${String(minutes).padStart(2, "0")}` : minutes) + ":" + String(seconds).padStart(2, "0");
}

function size(bytes, texts) {
  const megabytes = bytes / 1024 ** 2;
  if (megabytes < 0.1) return `${Math.ceil(bytes / 1024)} ${texts.kilobytes}`;
  const number = megabytes < 10 ? megabytes.toFixed(1) : String(Math.round(megabytes));
  return `${texts.comma ? number.replace(".", ",") : number} ${texts.megabytes}`;
}

function begin(start) {
  store.begun.add(start.token);
  for (const item of store.chosen.filter((item) => item.looked && !item.problem))
    store.sent.push({ ...item, fields: start.fields, key: random(), state: "waiting", loaded: 0, problem: null });
  store.chosen = [];
  next();
}

function random() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function next() {
  if (store.sent.some((item) => item.state === "sending")) return;
  const item = store.sent.find((item) => item.state === "waiting");
  window.onbeforeunload = item ? (event) => event.preventDefault() : null;
  if (!item) return;
  const form = new FormData();
  for (const [name, value] of Object.entries(item.fields)) form.append(name, value);
  form.append("file", item.file, item.file.name);
  const request = (item.request = new XMLHttpRequest());
  item.state = "sending";
  request.upload.onprogress = (event) => {
    item.loaded = event.loaded / event.total;
    store.draw();
  };
  request.onloadend = () => {
    finish(item, request);
    store.draw();
    next();
  };
  request.open("POST", "/recordings");
  request.setRequestHeader("X-EmoClassify", "1");
  request.setRequestHeader("Idempotency-Key", item.key);
  request.send(form);
  store.draw();
}

function finish(item, request) {
  item.request = null;
  if (item.state === "stopped") return;
  if (request.status === 202 || request.status === 200) {
    store.sent = store.sent.filter((other) => other !== item);
    store.tell("accepted");
    return;
  }
  item.state = "failed";
  item.problem = request.status || 502;
  try {
    item.detail = JSON.parse(request.responseText).detail;
  } catch {
    item.detail = "";
  }
}

function drawSent(root, data) {
  const { texts } = data;
  const rows = store.sent.map((item) => {
    const what = make("div", { class: "what" }, make("span", { class: "name" }, item.file.name));
    if (item.state === "failed") {
      const said = texts["status_" + item.problem] ?? `${texts.refused} ${item.detail ?? ""}`;
      what.append(make("span", { class: "problem", role: "alert" }, said));
    } else {
      const share = Math.round(item.loaded * 100);
      const state = item.state === "waiting" ? texts.waiting : `${texts.sending} ${texts.percent.replace("{n}", share)}`;
      what.append(make("progress", { max: 100, value: share, "aria-label": `${texts.sending} ${item.file.name}` }), make("span", { class: "small" }, state));
    }
    const stop = make("button", { type: "button" }, item.state === "failed" ? texts.remove : texts.stop);
    stop.onclick = () => {
      item.state = "stopped";
      store.sent = store.sent.filter((other) => other !== item);
      item.request?.abort();
      store.draw();
    };
    const buttons = [stop];
    if (item.state === "failed" && ![413, 415, 422].includes(item.problem)) {
      const again = make("button", { type: "button" }, texts.again);
      again.onclick = () => {
        Object.assign(item, { state: "waiting", loaded: 0 });
        next();
        store.draw();
      };
      buttons.unshift(again);
    }
    return make("li", {}, still(item), what, ...buttons);
  });
  root.replaceChildren(make("ul", { "aria-live": "polite" }, ...rows));
  root.hidden = !rows.length;
}
