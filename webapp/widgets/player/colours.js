// The colours of a drawing on the page's background, light or dark.
const LEAST_CONTRAST = 3; // of lines and areas (WCAG 1.4.11)

export class Colours {
  constructor(root) {
    this.root = root;
  }

  ground() {
    return getComputedStyle(this.root).getPropertyValue("--st-background-color").trim() || "#ffffff";
  }

  // The colour of text, mixed with the background; as plain rgb(), which every program reads in a saved picture.
  ink(percent = 100) {
    const ink = channelsOf(getComputedStyle(this.root).color);
    const ground = channelsOf(this.ground());
    return toText(ink.map((channel, i) => Math.round((channel * percent + ground[i] * (100 - percent)) / 100)));
  }

  // The colour of a curve; one without a colour of its own has that of text.
  ofLine({ colour }) {
    return colour ? this.standingOut(colour) : this.ink();
  }

  // The colour, made darker or lighter until it stands out from the background.
  standingOut(colour) {
    return toText(standOut(channelsOf(colour), channelsOf(this.ground())));
  }
}

export function standOut(rgb, ground) {
  const groundLuminance = luminance(ground);
  const towards = groundLuminance > 0.4 ? 0 : 255;
  let adjusted = rgb;
  while (contrast(luminance(adjusted), groundLuminance) < LEAST_CONTRAST) {
    adjusted = adjusted.map((c) => Math.round(c + (towards - c) * 0.08 + Math.sign(towards - c)));
  }
  return adjusted;
}

// The contrast of two luminances as WCAG defines it, 1 to 21.
export function contrast(a, b) {
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

// The relative luminance, 0 to 1, of channels 0 to 255.
export function luminance(rgb) {
  const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

let pixel = null;

// Red, green and blue, 0 to 255, of any CSS colour: the browser paints one pixel with it, which is then read.
function channelsOf(colour) {
  pixel ??= document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  pixel.fillStyle = colour;
  pixel.fillRect(0, 0, 1, 1);
  return [...pixel.getImageData(0, 0, 1, 1).data].slice(0, 3);
}

function toText(rgb) {
  return `rgb(${rgb.join(",")})`;
}
