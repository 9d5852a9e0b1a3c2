// Every visible text of the page, also inside widgets, whose contrast to what is behind it is below WCAG's AA: 4.5 to 1,
// 3 to 1 for large letters. Controls that are switched off are left out, as WCAG does. Gives [text, ratio, colours].
() => {
  const context = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = colour;
    context.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = context.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = ([r, g, b, a], under) => [r, g, b].map((c, i) => c * a + under[i] * (1 - a));
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const around = (element) => element.assignedSlot ?? element.parentElement ?? element.getRootNode().host ?? null;
  const chain = (element) => {
    const found = [];
    for (let at = element; at; at = around(at)) found.push(at);
    return found;
  };
  const behind = (elements) => {
    let ground = [255, 255, 255];
    for (const element of [...elements].reverse())
      ground = over(rgba(getComputedStyle(element).backgroundColor), ground);
    return ground;
  };
  const texts = [];
  const walk = (root) => {
    for (const node of root.childNodes) {
      if (node.nodeType === Node.TEXT_NODE && node.textContent.trim()) texts.push(node);
      if (node.nodeType !== Node.ELEMENT_NODE || ["SCRIPT", "STYLE", "NOSCRIPT", "OPTION"].includes(node.tagName))
        continue;
      walk(node.shadowRoot ?? node);
    }
  };
  walk(document.body);
  const seen = (node, elements) => {
    const range = document.createRange();
    range.selectNodeContents(node);
    const box = range.getBoundingClientRect();
    const style = getComputedStyle(elements[0]);
    const clipped = elements.some((element) =>
      /inset\(50%\)|rect\(0px/.test(getComputedStyle(element).clipPath + getComputedStyle(element).clip),
    );
    return box.width > 1 && box.height > 1 && style.visibility === "visible" && !clipped;
  };
  const isOff = (element) => element.matches(":disabled, [aria-disabled=true]") || element.control?.disabled === true;
  const told = [];
  for (const node of texts) {
    const elements = chain(node.parentElement ?? node.getRootNode().host);
    if (!seen(node, elements) || elements.some(isOff)) continue;
    const style = getComputedStyle(elements[0]);
    const opacity = elements.reduce((product, element) => product * Number(getComputedStyle(element).opacity), 1);
    if (opacity < 0.05) continue;
    const ground = behind(elements);
    const [r, g, b, a] = rgba(elements[0] instanceof SVGElement ? style.fill : style.color);
    const ink = over([r, g, b, a * opacity], ground);
    const [low, high] = [luminance(ink), luminance(ground)].sort((x, y) => x - y);
    const ratio = (high + 0.05) / (low + 0.05);
    const size_px = parseFloat(style.fontSize);
    const large = size_px >= 24 || (size_px >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5))
      told.push([
        node.textContent.trim().slice(0, 60),
        ratio.toFixed(2),
        `${ink.map(Math.round)} on ${ground.map(Math.round)}`,
      ]);
  }
  return { n: texts.length, told };
};
