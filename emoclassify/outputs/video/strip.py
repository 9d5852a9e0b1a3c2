"""The timeline along the bottom of a video, with a cursor that moves."""

from PIL import Image, ImageDraw

from emoclassify.analysis import SERIES_BIN_S, Analysis
from emoclassify.labels import COLOURS, EMOTIONS
from emoclassify.outputs.video.cards import Font, font_of, line_px
from emoclassify.outputs.video.sprites import Paint, Planes, Sprite, fill, lay
from emoclassify.words.texts import translation

MOST_PERSONS = 3
"""Persons with a lane of their own; the others' would leave too little of the picture."""

_TEXT_SHARE = 0.024  # height of the letters, of the picture's shorter side
_GROUND, _LANE, _TEXT = (0, 0, 0, 220), (64, 64, 64, 255), (255, 255, 255, 255)
_CANNOT_TELL = "#FFFFFF"
_NARROWEST = 0.3  # of the picture's width, that is left for the lanes
_LOWEST = 0.25  # of a lane's height, so that the colour of a low score can be seen


class Strip:
    """A lane each person, and one of the voice: the colour is the top emotion, the height its score; a gap is empty."""

    def __init__(self, analysis: Analysis, paint: Paint, size_wh: tuple[int, int], lang: str) -> None:
        self._analysis, self._paint = analysis, paint
        _, self._font = translation(lang).gettext, font_of(size_wh, share=_TEXT_SHARE)
        self._pad, self._lane = round(self._font.size / 3), line_px(self._font)
        persons = analysis.persons[:MOST_PERSONS]
        names = [f"{_('person')} {person}" for person in persons]
        if analysis.voice is not None:
            names.append(_("voice"))
        self._end_s = max(analysis.end_s, SERIES_BIN_S)
        named = round(max((self._font.getlength(name) for name in names), default=0))
        told = round(self._font.getlength(self._time(self._end_s)))
        self._x = (named + 2 * self._pad, size_wh[0] - told - 2 * self._pad)
        height = max(1, len(names)) * (self._lane + self._pad) + self._pad
        fits = self._x[1] - self._x[0] >= _NARROWEST * size_wh[0] and height <= size_wh[1] / 2
        self.top_px = size_wh[1] - height - height % 2 if fits else size_wh[1]
        """Where it begins; below it nothing else is to be drawn."""
        self._ground = paint.sprite(self._drawn(names, (size_wh[0], height))) if fits else None
        self._told: tuple[str, Sprite] | None = None

    def draw(self, planes: Planes, time_s: float) -> None:
        """Draws it as of a moment; nothing where the picture is too small for it."""
        if self._ground is None:
            return
        lay(planes, self._ground, 0, self.top_px)
        height = planes[0].shape[0]
        x = self._x_of(time_s)
        fill(planes, (x - 2, self.top_px, x + 4, height), self._paint.colour("#000000"))
        fill(planes, (x, self.top_px, x + 2, height), self._paint.colour("#FFFFFF"))
        text = self._time(time_s)
        if self._told is None or self._told[0] != text:
            self._told = text, self._paint.sprite(_plain(text, self._font))
        lay(planes, self._told[1], self._x[1] + self._pad, self.top_px + self._pad)

    def _time(self, time_s: float) -> str:
        at, end = int(time_s), round(self._end_s)
        return f"{at // 60}:{at % 60:02d} / {end // 60}:{end % 60:02d}"

    def _x_of(self, time_s: float) -> int:
        left, right = self._x
        return left + round((right - left) * min(max(time_s / self._end_s, 0), 1))

    def _drawn(self, names: list[str], size_wh: tuple[int, int]) -> Image.Image:
        image = Image.new("RGBA", size_wh, _GROUND)
        draw = ImageDraw.Draw(image)
        for i, name in enumerate(names):
            y = self._pad + i * (self._lane + self._pad)
            draw.text((self._pad, y), name, font=self._font, fill=_TEXT)
            draw.rectangle((self._x[0], y, self._x[1] - 1, y + self._lane - 1), fill=_LANE)
        for i, person in enumerate(self._analysis.persons[:MOST_PERSONS]):
            self._draw_person(draw, person, self._pad + i * (self._lane + self._pad))
        if self._analysis.voice is not None:
            self._draw_voice(draw, self._pad + (len(names) - 1) * (self._lane + self._pad))
        return image

    def _draw_person(self, draw: ImageDraw.ImageDraw, person: int, y: int) -> None:
        series = self._analysis.series(person)
        for start_s, scores, n_valid in zip(series.starts_s, series.scores, series.n_valid, strict=True):
            if n_valid:
                top = int(scores.argmax())
                colour, height = COLOURS[EMOTIONS[top]], max(_LOWEST, float(scores[top]))
                self._draw_block(draw, (start_s, start_s + SERIES_BIN_S), y, height, colour)

    def _draw_voice(self, draw: ImageDraw.ImageDraw, y: int) -> None:
        for voice in (segment.voice for segment in self._analysis.segments):
            colour, height = (COLOURS[voice.dominant], voice.confidence) if voice.dominant else (_CANNOT_TELL, _LOWEST)
            self._draw_block(draw, (voice.span.start_s, voice.span.end_s), y, height, colour)

    def _draw_block(
        self, draw: ImageDraw.ImageDraw, span_s: tuple[float, float], y: int, height: float, colour: str
    ) -> None:
        left, right = self._x_of(span_s[0]), self._x_of(span_s[1])
        top = y + round((1 - height) * self._lane)
        draw.rectangle((left, top, max(left, right - 1), y + self._lane - 1), fill=colour)


def _plain(text: str, font: Font) -> Image.Image:
    """A line of text without a ground."""
    image = Image.new("RGBA", (round(font.getlength(text)) + 2, line_px(font)), (255, 255, 255, 0))
    ImageDraw.Draw(image).text((0, 0), text, font=font, fill=_TEXT)
    return image
