"""The timeline below the picture of a video, with a cursor that moves."""

from PIL import Image, ImageDraw

from emoclassify.analysis import SERIES_BIN_S, Analysis
from emoclassify.colours import COLOURS, INK, PAPER
from emoclassify.outputs.video.cards import Font, font_of, line_px
from emoclassify.outputs.video.sprites import Paint, Planes, Sprite, fill, lay
from emoclassify.words.texts import translation

MOST_PERSONS = 3
"""Persons with a lane of their own; more lanes would hide too much of the picture."""

_TEXT_SHARE = 0.024  # height of the letters, of the picture's shorter side
_GROUND, _LANE, _TEXT = (0, 0, 0, 220), (64, 64, 64, 255), (255, 255, 255, 255)
_CONTROLS_SHARE = 0.08  # of the picture's height: what a browser's player lays over the bottom of a video
_LEAST_WIDTH = 0.3  # of the lanes, as a share of the picture's width
_LEAST_HEIGHT = 0.25  # of a block, as a share of its lane: so that the colour of a low score can be seen


class Strip:
    """A lane for each person and one for the voice: the colour is the top emotion, the height its score."""

    def __init__(self, analysis: Analysis, paint: Paint, size_wh: tuple[int, int], lang: str) -> None:
        self._analysis, self._paint = analysis, paint
        _, self._font = translation(lang).gettext, font_of(size_wh, share=_TEXT_SHARE)
        self._pad_px, self._lane_px = round(self._font.size / 3), line_px(self._font)
        persons = analysis.persons[:MOST_PERSONS]
        names = [f"{_('person')} {person}" for person in persons] if len(persons) > 1 else [_("face")] * len(persons)
        if len(persons) < len(analysis.persons):
            names[-1] = _("person {n} of {all}").format(n=persons[-1], all=len(analysis.persons))
        if analysis.voice is not None:
            names.append(_("voice"))
        self._end_s = max(analysis.end_s, SERIES_BIN_S)
        names_px = round(max((self._font.getlength(name) for name in names), default=0))
        clock_px = round(self._font.getlength(self._clock_text(self._end_s)))
        self._lanes_x = (names_px + 2 * self._pad_px, size_wh[0] - clock_px - 2 * self._pad_px)
        height = max(1, len(names)) * (self._lane_px + self._pad_px) + self._pad_px
        has_room = self._lanes_x[1] - self._lanes_x[0] >= _LEAST_WIDTH * size_wh[0] and height <= size_wh[1] / 2
        self._top_px = size_wh[1]
        controls_px = round(_CONTROLS_SHARE * size_wh[1])
        self.height_px = 2 * ((height + controls_px + 1) // 2) if has_room else 0
        """Height of the strip and of the room for a player's controls below it, an even number of pixels."""
        self._ground = paint.sprite(self._draw_ground(names, (size_wh[0], height))) if has_room else None
        self._lanes_px = height
        self._clock_sprite: tuple[str, Sprite] | None = None

    def draw(self, planes: Planes, time_s: float) -> None:
        """Draws the strip with its cursor at a time; nothing where the picture is too small for it."""
        if self._ground is None:
            return
        lay(planes, self._ground, 0, self._top_px)
        x, bottom = self._x_of(time_s), self._top_px + self._lanes_px
        fill(planes, (x - 2, self._top_px, x + 4, bottom), self._paint.colour(INK))
        fill(planes, (x, self._top_px, x + 2, bottom), self._paint.colour(PAPER))
        text = self._clock_text(time_s)
        if self._clock_sprite is None or self._clock_sprite[0] != text:
            self._clock_sprite = text, self._paint.sprite(_plain_text(text, self._font))
        lay(planes, self._clock_sprite[1], self._lanes_x[1] + self._pad_px, self._top_px + self._pad_px)

    def _clock_text(self, time_s: float) -> str:
        now_s, end_s = int(time_s), round(self._end_s)
        return f"{now_s // 60}:{now_s % 60:02d} / {end_s // 60}:{end_s % 60:02d}"

    def _x_of(self, time_s: float) -> int:
        left, right = self._lanes_x
        return left + round((right - left) * min(max(time_s / self._end_s, 0), 1))

    def _draw_ground(self, names: list[str], size_wh: tuple[int, int]) -> Image.Image:
        image = Image.new("RGBA", size_wh, _GROUND)
        draw = ImageDraw.Draw(image)
        for i, name in enumerate(names):
            y = self._pad_px + i * (self._lane_px + self._pad_px)
            draw.text((self._pad_px, y), name, font=self._font, fill=_TEXT)
            draw.rectangle((self._lanes_x[0], y, self._lanes_x[1] - 1, y + self._lane_px - 1), fill=_LANE)
        for i, person in enumerate(self._analysis.persons[:MOST_PERSONS]):
            self._draw_person(draw, person, self._pad_px + i * (self._lane_px + self._pad_px))
        if self._analysis.voice is not None:
            self._draw_voice(draw, self._pad_px + (len(names) - 1) * (self._lane_px + self._pad_px))
        return image

    def _draw_person(self, draw: ImageDraw.ImageDraw, person: int, y: int) -> None:
        timeline = self._analysis.shown_timeline(person)
        ends_s = timeline.times_s + timeline.lengths_s(self._analysis.picture_end_s)
        rows = zip(timeline.times_s, ends_s, timeline.leading, timeline.scores, strict=True)
        for start_s, end_s, emotion, scores in rows:
            if emotion:
                height = max(_LEAST_HEIGHT, float(scores.max()))
                self._draw_block(draw, (start_s, end_s), y, height, COLOURS[emotion])

    def _draw_voice(self, draw: ImageDraw.ImageDraw, y: int) -> None:
        for voice in (segment.voice for segment in self._analysis.segments):
            colour = COLOURS[voice.dominant] if voice.dominant else PAPER
            height = voice.confidence if voice.dominant else _LEAST_HEIGHT
            self._draw_block(draw, (voice.span.start_s, voice.span.end_s), y, height, colour)

    def _draw_block(
        self, draw: ImageDraw.ImageDraw, span_s: tuple[float, float], y: int, height: float, colour: str
    ) -> None:
        left, right = self._x_of(span_s[0]), self._x_of(span_s[1])
        top = y + round((1 - height) * self._lane_px)
        draw.rectangle((left, top, max(left, right - 1), y + self._lane_px - 1), fill=colour)


def _plain_text(text: str, font: Font) -> Image.Image:
    """A line of text on a transparent ground."""
    image = Image.new("RGBA", (round(font.getlength(text)) + 2, line_px(font)), (255, 255, 255, 0))
    ImageDraw.Draw(image).text((0, 0), text, font=font, fill=_TEXT)
    return image
