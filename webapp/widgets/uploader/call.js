// One call of the page's server. fetch does not report how much is sent.
export const NO_ANSWER = 502;

// Gives { status, content }; the status is NO_ANSWER where nothing answers. `item.request` can abort it.
export function call(item, method, path, body, headers = {}, onProgress = () => {}) {
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    item.request = request;
    request.upload.onprogress = (event) => onProgress(event.loaded);
    request.onloadend = () => {
      item.request = null;
      resolve({ status: request.status || NO_ANSWER, content: contentOf(request) });
    };
    request.open(method, path);
    request.setRequestHeader("X-EmoClassify", "1");
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.send(body);
  });
}

function contentOf(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return {};
  }
}
