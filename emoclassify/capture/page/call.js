// The calls of the page: each proves itself with the secret of this sitting.
const PAUSE_MS = 2000;
const LATER = [0, 429, 500, 502, 503, 504, 507];
const NO_ROOM = 507;
const JOINING = "upload_joining"; // perhaps by a server that was stopped in the middle of it

export const token = location.pathname.split("/")[2];

const place = `emoclassify-sitting:${token}`;

export const secret = {
  get: () => localStorage.getItem(place) ?? "",
  set: (text) => localStorage.setItem(place, text),
  forget: () => localStorage.removeItem(place),
};

// Gives { status, content }; the status is 0 where nothing answers.
export async function call(method, path, body, headers = {}) {
  const isJson = body !== undefined && !(body instanceof Blob);
  try {
    const answer = await fetch(`/r/${path}`, {
      method,
      headers: { "X-Sitting": secret.get(), ...(isJson ? { "Content-Type": "application/json" } : {}), ...headers },
      body: isJson ? JSON.stringify(body) : body,
      cache: "no-store",
    });
    const isFile = answer.ok && !(answer.headers.get("Content-Type") ?? "").includes("json");
    return { status: answer.status, content: isFile ? await answer.blob() : await answer.json().catch(() => ({})) };
  } catch {
    return { status: 0, content: {} };
  }
}

// The same, again and again while nothing answers or the server asks to come later. `onWait(why)` is told of it: the
// name of a text, empty when it is over.
export async function insist(method, path, body, headers = {}, onWait = () => {}) {
  for (;;) {
    const answer = await call(method, path, body, headers);
    const isLater = LATER.includes(answer.status) || answer.content.code === JOINING;
    onWait(isLater ? (answer.status === NO_ROOM ? "no_room" : "offline") : "");
    if (!isLater) return answer;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

// Raises what the server says where it refuses.
export async function insistOn(method, path, body, headers, onWait) {
  const { status, content } = await insist(method, path, body, headers, onWait);
  if (status >= 400) throw new Refusal(status, content);
  return content;
}

export class Refusal extends Error {
  constructor(status, content) {
    super(content.detail ?? `HTTP ${status}`);
    this.status = status;
    this.code = content.code ?? "";
  }
}
