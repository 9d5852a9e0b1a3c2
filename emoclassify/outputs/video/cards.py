"""The texts and bars of a face and of a voice, as sprites that are made once for each reading."""

from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from emoclassify.colours import COLOURS
from emoclassify.design import VIDEO_TEXT_SHARE, font_path
from emoclassify.labels import EMOTIONS, Scores
from emoclassify.outputs.video.by_picture import ShownFace
from emoclassify.outputs.video.sprites import Paint, Sprite
from emoclassify.voice.reading import VoiceReading
from emoclassify.words.numbers import number
from emoclassify.words.texts import translation

Font = ImageFont.FreeTypeFont

_SMALLEST_TEXT_PX = 11  # the least that can be read
_MOST_BARS = 2
"""The strongest emotions alone have a bar: seven of them nobody reads while a video runs."""

_GROUND, _TRACK, _TEXT = (0, 0, 0, 215), (64, 64, 64, 255), (255, 255, 255, 255)


@dataclass(frozen=True)
class Card:
    """What is drawn at one face."""

    name: Sprite
    """The person and the top emotion."""
    bars: Sprite | None
    """The strongest scores; None for a doubtful reading."""


class Cards:
    """Makes cards in one language, for pictures of one size, and keeps the latest of each person for reuse."""

    def __init__(self, paint: Paint, size_wh: tuple[int, int], lang: str, *, n_persons: int) -> None:
        """`n_persons`: in the whole recording; a single one needs no number."""
        self._n_persons = n_persons
        self._paint, self._width = paint, size_wh[0]
        self._text, self._font, self._lang = translation(lang).gettext, font_of(size_wh), lang
        self._faces: dict[int, tuple[tuple[int, bool], Card]] = {}
        self._voice: tuple[float, Sprite] | None = None

    def face(self, face: ShownFace, *, short: bool) -> Card:
        """The card of a face; a short one has the number of the person, and bars without their names."""
        person, frame = face.reading.person, face.reading.frame
        key, card = self._faces.get(person, (None, None))
        if card is None or key != (frame, short):
            card = self._card(person, face.scores, short=short)
            self._faces[person] = (frame, short), card
        return card

    def voice(self, reading: VoiceReading) -> Sprite:
        """The text with the emotion of the voice in a stretch of speech."""
        start_s, sprite = self._voice or (None, None)
        if sprite is None or start_s != reading.span.start_s:
            _, top = self._text, reading.dominant
            text = self._score(top, reading.confidence) if top else _(reading.answer)
            image = text_image(f"{_('voice')}: {text}", self._font, COLOURS[top] if top else None)
            sprite = self._paint.sprite(image)
            self._voice = reading.span.start_s, sprite
        return sprite

    def _card(self, person: int, scores: Scores | None, *, short: bool) -> Card:
        _ = self._text
        name = (f"{person}: " if short else f"{_('person')} {person}: ") if self._n_persons > 1 else ""
        if scores is None:
            return Card(self._paint.sprite(text_image(f"{name}{_('doubtful')}", self._font, None)), None)
        top = EMOTIONS[int(scores.argmax())]
        score = self._score(top, float(scores.max()))
        image = text_image(f"{name}{score}", self._font, COLOURS[top])
        if image.width > self._width:
            image = text_image(score, self._font, COLOURS[top])
        return Card(self._paint.sprite(image), self._paint.sprite(self._bars(scores, short=short)))

    def _score(self, emotion: str, score: float) -> str:
        _ = self._text
        return f"{_(emotion)} {number(score, self._lang)}"

    def _bars(self, scores: Scores, *, short: bool) -> Image.Image:
        strongest = [int(i) for i in (-scores).argsort(kind="stable")[:_MOST_BARS]]
        names = ["" if short else self._text(EMOTIONS[i]) for i in strongest]
        names_px = round(0 if short else max(self._font.getlength(self._text(emotion)) for emotion in EMOTIONS))
        size, row_px = self._font.size, line_px(self._font) // (2 if short else 1)
        pad_px = round(size / 3)
        bar_px = round((2 if short else 3.5) * size)
        image = Image.new("RGBA", (names_px + bar_px + 3 * pad_px, len(names) * row_px + pad_px), _GROUND)
        draw = ImageDraw.Draw(image)
        for i, (name, place) in enumerate(zip(names, strongest, strict=True)):
            y, x = pad_px // 2 + i * row_px, names_px + 2 * pad_px
            draw.text((pad_px, y), name, font=self._font, fill=_TEXT)
            draw.rectangle((x, y + row_px // 5, x + bar_px, y + row_px - row_px // 5), fill=_TRACK)
            if (filled_px := round(bar_px * float(scores[place]))) > 0:
                draw.rectangle(
                    (x, y + row_px // 5, x + filled_px, y + row_px - row_px // 5), fill=COLOURS[EMOTIONS[place]]
                )
        return image


def font_of(size_wh: tuple[int, int], share: float = VIDEO_TEXT_SHARE) -> Font:
    """The font for pictures of a size in pixels."""
    return ImageFont.truetype(font_path(), max(_SMALLEST_TEXT_PX, round(share * min(size_wh))))


def line_px(font: Font) -> int:
    """Height of a line of any text, pixels."""
    return sum(font.getmetrics())


def text_image(text: str, font: Font, swatch: str | None) -> Image.Image:
    """One line of text on a dark ground, with a patch of the colour `swatch` before it, if any."""
    pad_px, height_px = round(font.size / 3), line_px(font)
    patch_px = height_px // 2 if swatch else 0
    start_px = pad_px + (patch_px + pad_px if swatch else 0)
    image = Image.new("RGBA", (start_px + round(font.getlength(text)) + pad_px, height_px + pad_px), _GROUND)
    draw = ImageDraw.Draw(image)
    if swatch:
        top_px = (image.height - patch_px) // 2
        draw.rectangle((pad_px, top_px, pad_px + patch_px, top_px + patch_px), fill=swatch)
    draw.text((start_px, pad_px // 2), text, font=font, fill=_TEXT)
    return image
