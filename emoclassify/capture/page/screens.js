// Shows one screen at a time, in the texts of the respondent's language.
let texts = {};

export const text = (name) => texts[name] ?? "";
export const find = (selector) => document.querySelector(selector);
export const screen = (name) => find(`[data-screen="${name}"]`);

export function setTexts({ lang, texts: all, title = "" }) {
  texts = all;
  document.documentElement.lang = lang;
  find("#title").textContent = title;
  if (title) document.title = title;
  for (const element of document.querySelectorAll("[data-text]")) element.textContent = text(element.dataset.text);
}

export function show(name) {
  for (const section of document.querySelectorAll("[data-screen]")) section.hidden = section.dataset.screen !== name;
  screen(name).querySelector("[tabindex]")?.focus();
  window.scrollTo(0, 0);
}

export function showMessage(heading, sentence, again) {
  screen("message").querySelector("h1").textContent = heading;
  screen("message").querySelector(".sentence").textContent = sentence;
  const button = screen("message").querySelector("button");
  button.hidden = !again;
  button.onclick = again ?? null;
  show("message");
}

// Resolves with the name of the button of the screen that is pressed.
export function pressed(name) {
  return new Promise((resolve) => {
    for (const button of screen(name).querySelectorAll("button[data-act]"))
      button.onclick = () => resolve(button.dataset.act);
  });
}

export function element(tag, attributes = {}, ...children) {
  const made = Object.assign(document.createElement(tag), attributes);
  made.append(...children);
  return made;
}

export function offerLanguages(languages, lang) {
  const select = find("#languages select");
  select.replaceChildren(...Object.entries(languages).map(([value, name]) => element("option", { value }, name)));
  select.value = lang;
  select.onchange = () => {
    const address = new URL(location.href);
    address.searchParams.set("lang", select.value);
    location.replace(address);
  };
  find("#languages").hidden = false;
}
