// Stores the language in a cookie, and sets it on the page for screen readers.
export default function (component) {
  document.documentElement.lang = component.data.language;
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs TLS
  document.cookie = `emoclassify_language=${component.data.language}; path=/; max-age=31536000; samesite=strict`;
}
