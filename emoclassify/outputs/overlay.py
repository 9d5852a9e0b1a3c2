"""Draws what was found into one picture after the other: boxes, emotions, the voice, the timeline."""

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import Analysis
from emoclassify.labels import COLOURS, EMOTIONS
from emoclassify.outputs.cards import Cards
from emoclassify.outputs.moments import Moments, Seen
from emoclassify.outputs.sprites import Box, Paint, Planes, Sprite, fill, frame, lay
from emoclassify.outputs.strip import Strip
from emoclassify.pictures import Picture

COVER = "#606060"
DOUBTFUL = "#B0B0B0"

MOST_DESCRIBED = 2
"""Of more faces in one picture each has a short text only: long ones would hide each other."""

_LINE_SHARE = 1 / 360  # of the picture's shorter side


class Overlay:
    """What is drawn into the pictures of one recording."""

    def __init__(self, analysis: Analysis, first: Picture, *, lang: str, anonymize: bool) -> None:
        """`first` is any of its pictures: all are of one size."""
        self._height, self._width = first.planes[0].shape
        self._moments, self._anonymize = Moments(analysis), anonymize
        self._paint = Paint(first.colours, self._height)
        self._cards = Cards(self._paint, (self._width, self._height), lang)
        self._strip = Strip(analysis, self._paint, (self._width, self._height), lang)
        self._line_px = max(2, round(_LINE_SHARE * min(self._width, self._height)) * 2)
        self._on_left: dict[int, bool] = {}
        """Of each person the side on which the bars were drawn last, so that they stay there."""

    def draw(self, picture: Picture) -> None:
        """Draws into a picture of the recording."""
        planes = picture.planes
        if self._anonymize:
            for cover in self._moments.covers(picture.index, picture.time_s):
                fill(planes, _scaled(cover, picture.scale_xy), self._paint.colour(COVER))
        seen = self._moments.faces(picture.index, picture.time_s)
        boxes = [_scaled(face.box_xyxy, picture.scale_xy) for face in seen]
        for face, box in zip(seen, boxes, strict=True):
            self._outline(planes, face, box)
        taken = list(boxes)
        for face, box in zip(seen, boxes, strict=True):
            taken += self._describe(planes, face, box, taken, short=len(seen) > MOST_DESCRIBED)
        voice = self._moments.voice(picture.time_s)
        if voice is not None and self._has_room_for(sprite := self._cards.voice(voice)):
            lay(planes, sprite, 0, 0)
        self._strip.draw(planes, picture.time_s)

    def _outline(self, planes: Planes, face: Seen, box: Box) -> None:
        reading = face.reading
        colour = COLOURS[EMOTIONS[int(reading.scores.argmax())]] if reading.quality_ok else DOUBTFUL
        frame(planes, box, self._paint.colour(colour), self._line_px)

    def _describe(self, planes: Planes, face: Seen, box: Box, taken: list[Box], *, short: bool) -> list[Box]:
        """Draws name and bars at a face; returns where.

        What does not fit into the picture is left out, and so are bars that would hide something of another face.
        """
        card = self._cards.face(face.reading, short=short)
        if not self._has_room_for(card.name):
            return []
        name = self._place_name(card.name.size_wh, box, taken)
        lay(planes, card.name, name[0], name[1])
        if card.bars is None or not self._has_room_for(card.bars):
            return [name]
        bars = self._place_bars(face.reading.person, card.bars.size_wh, box, name, taken)
        if bars is None:
            return [name]
        lay(planes, card.bars, bars[0], bars[1])
        return [name, bars]

    def _has_room_for(self, sprite: Sprite) -> bool:
        return sprite.size_wh[0] <= self._width and sprite.size_wh[1] <= self._strip.top_px

    def _place_name(self, size_wh: tuple[int, int], box: Box, taken: list[Box]) -> Box:
        """Above the box, or below where it would hide less; at the top of the picture inside of the box."""
        width, height = size_wh
        x, bottom = _within(box[0], width, self._width), self._strip.top_px
        places = [_within(y, height, bottom) for y in (box[1] - height if box[1] >= height else box[1], box[3])]
        boxes = [(x, y, x + width, y + height) for y in places]
        return min(boxes, key=lambda place: sum(_overlap(other, place) for other in taken if other != box))

    def _place_bars(self, person: int, size_wh: tuple[int, int], box: Box, name: Box, taken: list[Box]) -> Box | None:
        """Beside the box at its top, or lower, below what is there already; None where they would hide something."""
        width, height = size_wh
        others = [other for other in taken if other != box]
        inside = box[1] <= name[1] < box[3]
        for top in (name[3] if inside else box[1], *sorted(other[3] for other in others if other[3] > box[1])):
            y = _within(top, height, self._strip.top_px)
            x = self._beside(person, box, (width, y, y + height), taken)
            bars = (x, y, x + width, y + height)
            if not any(_overlap(other, bars) for other in others):
                return bars
        return None

    def _beside(self, person: int, box: Box, bars: tuple[int, int, int], taken: list[Box]) -> int:
        """Left edge of the bars (width, top, bottom): on the side where they fit, hide nothing, and were before."""
        (width, top, bottom), before = bars, self._on_left.get(person, False)
        places = {False: box[2] + self._line_px, True: box[0] - width - self._line_px}

        def faults(on_left: bool) -> tuple[bool, int, bool]:
            x = places[on_left]
            hidden = sum(_overlap(other, (x, top, x + width, bottom)) for other in taken)
            return x < 0 or x + width > self._width, hidden, on_left != before

        on_left = min((False, True), key=faults)
        self._on_left[person] = on_left
        return _within(places[on_left], width, self._width)


def _scaled(box_xyxy: npt.NDArray[np.float64], scale_xy: tuple[float, float]) -> Box:
    x0, y0, x1, y1 = np.round(box_xyxy * np.tile(scale_xy, 2)).astype(int).tolist()
    return x0, y0, x1, y1


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _within(start: int, size: int, end: int) -> int:
    """Where something starts that shall lie between 0 and the end."""
    return max(0, min(start, end - size))
