// The colours of a drawing on the page's ground, light or dark.
const LEAST_CONTRAST = 3; // of lines and areas (WCAG 1.4.11)

export class Colours {
  constructor(root) {
    this.root = root;
  }

  ground() {
    return getComputedStyle(this.root).getPropertyValue("--st-background-color").trim() || "#ffffff";
  }

  // The colour of text, mixed with the ground: plain rgb(), so that a saved picture opens everywhere.
  ink(percent = 100) {
    const ink = channelsOf(getComputedStyle(this.root).color);
    const ground = channelsOf(this.ground());
    return toText(ink.map((channel, i) => Math.round((channel * percent + ground[i] * (100 - percent)) / 100)));
  }

  // The colour, darker or lighter by so much that it stands out from the ground.
  standingOut(colour) {
    return toText(standOut(channelsOf(colour), channelsOf(this.ground())));
  }
}

export function standOut(rgb, ground) {
  const groundLuminance = luminance(ground);
  const towards = groundLuminance > 0.4 ? 0 : 255;
  let nearer = rgb;
  while (contrast(luminance(nearer), groundLuminance) < LEAST_CONTRAST) {
    nearer = nearer.map((c) => Math.round(c + (towards - c) * 0.08 + Math.sign(towards - c)));
  }
  return nearer;
}

// Of two luminances, as WCAG defines it: 1 to 21.
export function contrast(one, other) {
  return (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
}

// 0 to 1, of channels 0 to 255.
export function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

let pixel = null;

// Red, green and blue, 0 to 255, of whatever CSS calls a colour: the browser paints one pixel with it.
function channelsOf(colour) {
  pixel ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  return [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

function toText(rgb) {
  return `rgb(${rgb.join(",")})`;
}
