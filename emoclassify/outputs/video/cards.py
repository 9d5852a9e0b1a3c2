"""The texts and bars of a face and of a voice, as sprites that are made once a reading."""

from dataclasses import dataclass
from pathlib import Path

import matplotlib
from PIL import Image, ImageDraw, ImageFont

from emoclassify.faces.reading import FaceReading
from emoclassify.labels import COLOURS, EMOTIONS
from emoclassify.outputs.video.sprites import Paint, Sprite
from emoclassify.voice.reading import VoiceReading
from emoclassify.words.numbers import percent
from emoclassify.words.texts import translation

Font = ImageFont.FreeTypeFont

_TEXT_SHARE, _SMALLEST_TEXT_PX = 0.03, 11  # height of the letters, of the picture's shorter side; what can be read
_GROUND, _TRACK, _TEXT = (0, 0, 0, 215), (64, 64, 64, 255), (255, 255, 255, 255)


@dataclass(frozen=True)
class Card:
    """What is drawn at one face."""

    name: Sprite
    """The person and the top emotion."""
    bars: Sprite | None
    """The seven scores; None of a doubtful reading."""


class Cards:
    """Makes them in one language, for pictures of one size; the last of each person is kept."""

    def __init__(self, paint: Paint, size_wh: tuple[int, int], lang: str) -> None:
        self._paint, self._width = paint, size_wh[0]
        self._text, self._font, self._lang = translation(lang).gettext, font_of(size_wh), lang
        self._faces: dict[int, tuple[tuple[int, bool], Card]] = {}
        self._voice: tuple[float, Sprite] | None = None

    def face(self, reading: FaceReading, *, short: bool) -> Card:
        """The card of a reading; a short one has the number of the person, and bars without their names."""
        made_of, card = self._faces.get(reading.person, (None, None))
        if card is None or made_of != (reading.frame, short):
            card = self._card(reading, short=short)
            self._faces[reading.person] = (reading.frame, short), card
        return card

    def voice(self, reading: VoiceReading) -> Sprite:
        """What the voice says in a stretch of speech."""
        start_s, sprite = self._voice or (None, None)
        if sprite is None or start_s != reading.span.start_s:
            _, top = self._text, reading.dominant
            said = self._share(top, reading.confidence) if top else _("cannot tell")
            image = text_image(f"{_('voice')}: {said}", self._font, COLOURS[top] if top else None)
            sprite = self._paint.sprite(image)
            self._voice = reading.span.start_s, sprite
        return sprite

    def _card(self, reading: FaceReading, *, short: bool) -> Card:
        _ = self._text
        name = str(reading.person) if short else f"{_('person')} {reading.person}"
        if not reading.quality_ok:
            return Card(self._paint.sprite(text_image(f"{name}: {_('doubtful')}", self._font, None)), None)
        top = EMOTIONS[int(reading.scores.argmax())]
        share = self._share(top, float(reading.scores.max()))
        image = text_image(f"{name}: {share}", self._font, COLOURS[top])
        if image.width > self._width:
            image = text_image(share, self._font, COLOURS[top])
        return Card(self._paint.sprite(image), self._paint.sprite(self._bars(reading, short=short)))

    def _share(self, emotion: str, share: float) -> str:
        _ = self._text
        return f"{_(emotion)} {percent(share, self._lang)}"

    def _bars(self, reading: FaceReading, *, short: bool) -> Image.Image:
        names = ["" if short else self._text(emotion) for emotion in EMOTIONS]
        size, row = self._font.size, line_px(self._font) // (2 if short else 1)
        pad, named = round(size / 3), round(max(self._font.getlength(name) for name in names))
        bar = round((2 if short else 3.5) * size)
        image = Image.new("RGBA", (named + bar + 3 * pad, len(names) * row + pad), _GROUND)
        draw = ImageDraw.Draw(image)
        for i, (emotion, score) in enumerate(zip(EMOTIONS, reading.scores, strict=True)):
            y, x = pad // 2 + i * row, named + 2 * pad
            draw.text((pad, y), names[i], font=self._font, fill=_TEXT)
            draw.rectangle((x, y + row // 5, x + bar, y + row - row // 5), fill=_TRACK)
            if (filled := round(bar * float(score))) > 0:
                draw.rectangle((x, y + row // 5, x + filled, y + row - row // 5), fill=COLOURS[emotion])
        return image


def font_of(size_wh: tuple[int, int], share: float = _TEXT_SHARE) -> Font:
    """The letters of pictures of a size; DejaVu Sans, Cyrillic included."""
    path = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"
    return ImageFont.truetype(path, max(_SMALLEST_TEXT_PX, round(share * min(size_wh))))


def line_px(font: Font) -> int:
    """Height of a line of text, whatever its letters."""
    return sum(font.getmetrics())


def text_image(text: str, font: Font, swatch: str | None) -> Image.Image:
    """One line of text on a dark ground, before it a patch of a colour where one is given."""
    pad, height = round(font.size / 3), line_px(font)
    patch = height // 2 if swatch else 0
    start = pad + (patch + pad if swatch else 0)
    image = Image.new("RGBA", (start + round(font.getlength(text)) + pad, height + pad), _GROUND)
    draw = ImageDraw.Draw(image)
    if swatch:
        top = (image.height - patch) // 2
        draw.rectangle((pad, top, pad + patch, top + patch), fill=swatch)
    draw.text((start, pad // 2), text, font=font, fill=_TEXT)
    return image
