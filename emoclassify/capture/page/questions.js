// The questions before and after the films.
import { element, screen, show, text } from "./screens.js";

const SCALES = { liking: [1, 5], intent: [1, 5], nps: [0, 10] };

function scale(question, column) {
  const [low, high] = SCALES[question.kind];
  const choices = element("div", { className: "scale" });
  for (let value = low; value <= high; value++) {
    const radio = element("input", { type: "radio", name: column, value: String(value) });
    choices.append(element("label", {}, radio, element("span", {}, String(value))));
  }
  const ends = element(
    "p",
    { className: "ends" },
    element("span", {}, `${low}: ${text(`${question.kind}_low`)}`),
    element("span", {}, `${high}: ${text(`${question.kind}_high`)}`),
  );
  return element("div", { className: "choices" }, choices, ends);
}

function choices(question, column) {
  const options = question.choices.map((value) => {
    const radio = element("input", { type: "radio", name: column, value, required: question.before });
    return element("label", { className: "choice" }, radio, element("span", {}, value));
  });
  return element("div", {}, ...options);
}

function field(question, column, heading) {
  const words = question.text || text(`question_${question.kind}`);
  const legend = element("legend", {}, heading ? `${heading}: ${words}` : words);
  if (question.kind in SCALES) return element("fieldset", {}, legend, scale(question, column));
  if (question.kind === "choice") return element("fieldset", {}, legend, choices(question, column));
  const area = element("textarea", { name: column, maxLength: 250, rows: 3 });
  area.setAttribute("aria-label", legend.textContent);
  return element("fieldset", {}, legend, area);
}

function fields(questions, films) {
  return questions.flatMap((question) =>
    question.each_film
      ? films.map(({ id }, i) =>
          field(
            question,
            `${question.id}_${id}`,
            films.length > 1 ? text("about_film").replace("{number}", i + 1) : "",
          ),
        )
      : [field(question, question.id, "")],
  );
}

// Resolves with the answers, by columns; what was not answered is left out. `heading` and `button` name texts.
export function askQuestions(questions, films, heading = "questions", button = "send") {
  screen("questions").querySelector("h1").textContent = text(heading);
  screen("questions").querySelector("button").textContent = text(button);
  const form = screen("questions").querySelector("form");
  form.querySelector(".fields").replaceChildren(...fields(questions, films));
  show("questions");
  return new Promise((resolve) => {
    form.onsubmit = (event) => {
      event.preventDefault();
      const pairs = [...new FormData(form)].filter(([, value]) => value !== "");
      resolve(Object.fromEntries(pairs));
    };
  });
}
