// The size of a file in the reader's language.
export function sizeText(bytes, texts) {
  const megabytes = bytes / 1024 ** 2;
  if (megabytes < 0.1) return `${Math.ceil(bytes / 1024)} ${texts.kilobytes}`;
  const number = megabytes < 10 ? megabytes.toFixed(1) : String(Math.round(megabytes));
  return `${texts.comma ? number.replace(".", ",") : number} ${texts.megabytes}`;
}
