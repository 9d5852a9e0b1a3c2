"""Draws what was found into one picture after the other: boxes, emotions, the voice, the timeline."""

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import Analysis
from emoclassify.labels import COLOURS, EMOTIONS
from emoclassify.media.pictures import Picture
from emoclassify.outputs.video.by_picture import Moments, Seen
from emoclassify.outputs.video.cards import Card, Cards
from emoclassify.outputs.video.sprites import Box, Paint, Planes, Sprite, fill, frame, lay
from emoclassify.outputs.video.strip import Strip

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
        cards = [self._cards.face(face.reading, short=len(seen) > MOST_DESCRIBED) for face in seen]
        for card, box in zip(cards, boxes, strict=True):
            taken += self._lay_name(planes, card, box, taken)
        for face, card, box in zip(seen, cards, boxes, strict=True):
            taken += self._lay_bars(planes, card, face.reading.person, box, taken)
        voice = self._moments.voice(picture.time_s)
        if voice is not None and self._has_room_for(sprite := self._cards.voice(voice)):
            lay(planes, sprite, 0, 0)
        self._strip.draw(planes, picture.time_s)

    def _outline(self, planes: Planes, face: Seen, box: Box) -> None:
        reading = face.reading
        colour = COLOURS[EMOTIONS[int(reading.scores.argmax())]] if reading.quality_ok else DOUBTFUL
        frame(planes, box, self._paint.colour(colour), self._line_px)

    def _lay_name(self, planes: Planes, card: Card, box: Box, taken: list[Box]) -> list[Box]:
        """Draws the name at a face, where there is room for it in the picture; returns where."""
        if not self._has_room_for(card.name):
            return []
        place = self._place_name(card.name.size_wh, box, taken)
        lay(planes, card.name, place[0], place[1])
        return [place]

    def _lay_bars(self, planes: Planes, card: Card, person: int, box: Box, taken: list[Box]) -> list[Box]:
        """Draws the bars beside a face, where they fit and hide nothing of another; returns where."""
        if card.bars is None or not self._has_room_for(card.bars):
            return []
        place = self._place_bars(person, card.bars.size_wh, box, taken)
        if place is None:
            return []
        lay(planes, card.bars, place[0], place[1])
        return [place]

    def _has_room_for(self, sprite: Sprite) -> bool:
        return sprite.size_wh[0] <= self._width and sprite.size_wh[1] <= self._strip.top_px

    def _place_name(self, size_wh: tuple[int, int], box: Box, taken: list[Box]) -> Box:
        """Above the box, or below where it would hide less; at the top of the picture inside of the box."""
        width, height = size_wh
        x, bottom = _within(box[0], width, self._width), self._strip.top_px
        places = [_within(y, height, bottom) for y in (box[1] - height if box[1] >= height else box[1], box[3])]
        boxes = [(x, y, x + width, y + height) for y in places]
        return min(boxes, key=lambda place: sum(_overlap(other, place) for other in taken if other != box))

    def _place_bars(self, person: int, size_wh: tuple[int, int], box: Box, taken: list[Box]) -> Box | None:
        """Beside the box at its top, or lower, below what is there already; None where they would hide something."""
        width, height = size_wh
        others = [other for other in taken if other != box]
        for top in (box[1], *sorted(other[3] for other in others if other[3] > box[1])):
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
