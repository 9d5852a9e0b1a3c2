// The way of a respondent: consent, check, films, questions, thanks.
import { call, insist, insistOn, Refusal, secret, token } from "./call.js";
import { checkDevices, NoCameraError } from "./check.js";
import { askQuestions } from "./questions.js";
import { element, find, offerLanguages, pressed, screen, setTexts, show, showMessage, text } from "./screens.js";
import { hideSending, record, sendRest, showSending } from "./session.js";
import { store } from "./store.js";

const WITHDRAWING = "-";
const NOT_WANTED = ["cell_full", "no_cell"];
const parameters = new URLSearchParams(location.search);
const asked = parameters.get("lang") || navigator.language.slice(0, 2);
const query = `lang=${encodeURIComponent(asked)}`;

async function main() {
  if (token === WITHDRAWING) return withdraw();
  const { status, content: study } = await insist("GET", `${token}/study?${query}`);
  if (status >= 400) return refuse(study);
  setTexts(study);
  const { status: known, content: sitting } = await insist("GET", `${token}/sitting`);
  if (known === 200 && NOT_WANTED.includes(sitting.reason)) return sendAway(study, sitting.reason);
  if (known === 200 && sitting.has_consent) {
    const facts = await store.facts();
    if (facts || sitting.step === "uploaded") return goOn(study, sitting, facts);
  }
  offerLanguages(study.languages, study.lang);
  return begin(study, known === 200);
}

async function refuse(problem) {
  setTexts((await insist("GET", `-/texts?${query}`)).content);
  showMessage(text("stopped"), await sentenceOf(problem));
}

// The server's sentences are English; this one is in the page's language where it has the text.
async function sentenceOf(problem) {
  const { content } = await insist("POST", `-/sentence?${query}`, { code: problem.code, fields: problem.fields ?? {} });
  return content.sentence ?? problem.detail ?? "";
}

async function begin(study, isKnown) {
  if (!isKnown) {
    const made = await insistOn("POST", `${token}/sittings`, { pid: parameters.get("pid") ?? "" });
    secret.set(made.secret);
  }
  screen("consent")
    .querySelector(".sentences")
    .replaceChildren(...study.sentences.map((one) => element("p", {}, one)));
  find("#allow").hidden = !study.microphone;
  show("consent");
  if ((await pressed("consent")) === "decline") return decline(study);
  const microphone = study.microphone && find("#allow input").checked;
  const body = { ...study.consent, lang: study.lang, microphone };
  const { code, films } = await insistOn("POST", `${token}/sitting/consent`, body);
  find("#languages").hidden = true;
  await showCode(code);
  if (study.screening.length && !(await isLetIn(study, films))) return undefined;
  const camera = await cameraOf(study);
  if (!camera) return undefined;
  show("ready");
  await pressed("ready");
  document.documentElement.requestFullscreen?.().catch(() => {});
  const recording = await record(camera, { ...study, films, microphone });
  return afterwards(study, films, recording);
}

async function showCode(code) {
  screen("code").querySelector(".code").textContent = code;
  const link = find("#withdraw-link");
  link.href = "/r/-/withdraw";
  link.textContent = link.href;
  show("code");
  await pressed("code");
}

// Whether the answers before the films let somebody in; who is not wanted is thanked.
async function isLetIn(study, films) {
  const answers = await askQuestions(study.screening, films, "about_you", "go_on");
  const { reason } = await insistOn("POST", `${token}/sitting/screening`, { answers });
  if (reason) await sendAway(study, reason);
  return !reason;
}

// The secret stays: who loads the page anew is thanked again.
function sendAway(study, reason) {
  showMessage(text("thanks"), text(reason));
  return leave(study, "screened_out");
}

async function cameraOf(study) {
  for (;;) {
    try {
      const camera = await checkDevices(study);
      if (!camera) decline(study);
      return camera;
    } catch (problem) {
      if (!(problem instanceof NoCameraError)) throw problem;
      await call("POST", `${token}/sitting/step`, { reason: "no_camera" });
      if (study.redirects.no_camera && problem.message !== "no_camera") return leave(study, "no_camera");
      await new Promise((resolve) => showMessage(text("check"), text(problem.message), resolve));
    }
  }
}

async function decline(study) {
  await call("POST", `${token}/sitting/step`, { reason: "declined" });
  secret.forget();
  showMessage(text("thanks"), text("declined"));
  leave(study, "declined");
}

async function goOn(study, sitting, facts) {
  if (!facts) return afterwards(study, sitting.films, { sending: null }, sitting.has_answers);
  showMessage(text("questions"), facts.ended ? text("sending") : text("broken_off"));
  return afterwards(study, sitting.films, { sending: sendRest(facts) }, sitting.has_answers);
}

async function afterwards(study, films, { sending }, hasAnswers = false) {
  if (document.fullscreenElement) await document.exitFullscreen().catch(() => {});
  showSending("");
  const sent = Promise.resolve(sending);
  sent.catch(() => {}); // told below, when the questions are answered
  const questions = study.questions ?? [];
  if (questions.length && !hasAnswers) {
    const answers = await askQuestions(questions, films);
    await insistOn("POST", `${token}/sitting/answers`, { answers });
  }
  showMessage(text("questions"), text("sending"));
  await sent;
  hideSending();
  window.onbeforeunload = null;
  showMessage(text("thanks"), text("thanks_hint"));
  leave(study, "complete");
}

async function leave(study, end) {
  const address = study.redirects?.[end];
  if (!address) return;
  const { content } = await call("GET", `${token}/sitting`);
  window.onbeforeunload = null;
  location.replace(
    address.replace("{respondent}", encodeURIComponent(content.respondent ?? parameters.get("pid") ?? "")),
  );
}

async function withdraw() {
  const { content } = await insist("GET", `-/texts?${query}`);
  setTexts(content);
  offerLanguages(content.languages, content.lang);
  show("withdraw");
  const form = screen("withdraw").querySelector("form");
  form.onsubmit = async (event) => {
    event.preventDefault();
    const { status, content: answer } = await call("POST", "-/withdraw", { code: form.code.value });
    if (status === 200) showMessage(text("withdraw"), text("withdrawn"));
    else showMessage(text("stopped"), await sentenceOf(answer), () => show("withdraw"));
  };
}

main().catch(async (problem) => {
  const isRefusal = problem instanceof Refusal;
  if (isRefusal && problem.status === 401) secret.forget();
  const sentence = isRefusal
    ? await sentenceOf({ code: problem.code, detail: problem.message })
    : String(problem.message);
  hideSending();
  showMessage(text("stopped"), sentence, () => location.reload());
});
