// By hand: somebody takes part in Firefox, before a drawn camera.
//
//   npm install --prefix DIR puppeteer-core
//   NODE_PATH=DIR/node_modules node benchmarks/firefox.cjs FIREFOX LINK FACE.jpg
//
// LINK is one of a study without questions, FACE a picture with a face. Without a sound server (PulseAudio with a null sink
// is enough) Firefox plays nothing, and the page says so at its check.
const fs = require("node:fs");
const puppeteer = require("puppeteer-core");

const [firefox, link, face] = process.argv.slice(2);
const PATIENCE_MS = 240_000;
const PREFERENCES = {
  "media.navigator.streams.fake": true,
  "media.navigator.permission.disabled": true,
  "media.autoplay.default": 0,
};

const say = (...words) => console.log(new Date().toISOString().slice(11, 19), ...words);

// In the page: its camera draws the picture, a little aside each time.
function drawCamera(content) {
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  navigator.mediaDevices.getUserMedia = async (wanted) => {
    const stream = await ask(wanted);
    if (!wanted.video) return stream;
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    const picture = await createImageBitmap(new Blob([bytes], { type: "image/jpeg" }));
    const canvas = Object.assign(document.createElement("canvas"), { width: 640, height: 480 });
    const context = canvas.getContext("2d");
    let n = 0;
    setInterval(() => context.drawImage(picture, n++ % 5, 0), 33);
    return canvas.captureStream(30);
  };
}

async function main() {
  const settings = { browser: "firefox", executablePath: firefox, headless: true, timeout: PATIENCE_MS };
  const browser = await puppeteer.launch({ ...settings, extraPrefsFirefox: PREFERENCES });
  say(await browser.version());
  const page = await browser.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  page.on("console", (message) => say(message.type(), message.text()));
  await page.evaluateOnNewDocument(drawCamera, fs.readFileSync(face).toString("base64"));
  const press = async (act) => {
    const shown = `[data-screen]:not([hidden]) button[data-act="${act}"]:not([disabled])`;
    await page.waitForSelector(shown).then((button) => button.click());
    say("pressed", act);
  };
  await page.goto(link);
  for (const act of ["agree", "go_on", "sound", "heard", "start"]) await press(act);
  await page.waitForFunction(() => document.querySelector("#film").ended);
  say("the film is over");
  const said = () => page.evaluate(() => document.querySelector('[data-screen="message"]').textContent);
  while (!(await said()).includes("has arrived")) await new Promise((resolve) => setTimeout(resolve, 500));
  say((await said()).trim());
  await browser.close();
}

main();
