"""Draws the findings into the pictures of a video: boxes, emotions, the voice and the timeline."""

import numpy as np
import numpy.typing as npt

from emoclassify.analysis import Analysis
from emoclassify.colours import COLOURS, COVER, DOUBTFUL
from emoclassify.labels import EMOTIONS
from emoclassify.media.pictures import Picture
from emoclassify.outputs.video.by_picture import PictureLookup, ShownFace
from emoclassify.outputs.video.cards import Card, Cards
from emoclassify.outputs.video.fog import hide
from emoclassify.outputs.video.sprites import Box, Paint, Planes, Sprite, draw_outline, lay
from emoclassify.outputs.video.strip import Strip

MOST_DESCRIBED = 2
"""With more faces in a picture each has only a short text, since long ones would hide each other."""

_LINE_SHARE = 1 / 360  # of the picture's shorter side


class Overlay:
    """Draws into the pictures of one recording."""

    def __init__(self, analysis: Analysis, first: Picture, *, lang: str, anonymize: bool) -> None:
        """`first` is any picture of the recording, since all are of one size."""
        self._height, self._width = map(int, first.planes[0].shape)
        self._lookup, self._anonymize = PictureLookup(analysis), anonymize
        self._paint = Paint(first.colours, self._height)
        self._cards = Cards(self._paint, (self._width, self._height), lang, n_persons=len(analysis.persons))
        self._strip = Strip(analysis, self._paint, (self._width, self._height), lang)
        self._line_px = max(2, round(_LINE_SHARE * min(self._width, self._height)) * 2)
        self._is_alone = len(analysis.persons) < 2
        self._is_left: dict[int, bool] = {}
        """Person -> whether the bars were drawn on the left last, so that they stay on that side."""

    @property
    def room_below_px(self) -> int:
        """How much room the timeline wants below the picture, an even number of pixels."""
        return self._strip.height_px

    def draw(self, picture: Picture) -> None:
        """Draws into a picture of the recording, and into the room below it."""
        planes = picture.planes
        if self._anonymize:
            covers = [_moved(cover, picture) for cover in self._lookup.covers(picture.index, picture.time_s)]
            hide(self._inside(planes), covers, self._paint.colour(COVER))
        faces = self._lookup.faces(picture.index, picture.time_s)
        boxes = [_moved(face.box_xyxy, picture) for face in faces]
        for face, box in zip(faces, boxes, strict=True):
            self._outline(self._inside(planes), face, box)
        obstacles = list(boxes)
        cards = [self._cards.face(face, short=len(faces) > MOST_DESCRIBED) for face in faces]
        for card, box in zip(cards, boxes, strict=True):
            obstacles += self._lay_name(planes, card, box, obstacles)
        for face, card, box in zip(faces, cards, boxes, strict=True):
            obstacles += self._lay_bars(planes, card, face.reading.person, box, obstacles)
        voice = self._lookup.voice(picture.time_s)
        if voice is not None and self._has_room_for(sprite := self._cards.voice(voice)):
            lay(planes, sprite, 0, 0)
        self._strip.draw(planes, picture.time_s)

    def _inside(self, planes: Planes) -> Planes:
        """The planes without the room below the picture."""
        return planes[0][: self._height], planes[1][: self._height // 2], planes[2][: self._height // 2]

    def _outline(self, planes: Planes, face: ShownFace, box: Box) -> None:
        colour = DOUBTFUL if face.scores is None else COLOURS[EMOTIONS[int(face.scores.argmax())]]
        draw_outline(planes, box, self._paint.colour(colour), self._line_px)

    def _lay_name(self, planes: Planes, card: Card, box: Box, obstacles: list[Box]) -> list[Box]:
        """Draws the name at a face, where the picture has room for it; returns its box, if any."""
        if not self._has_room_for(card.name):
            return []
        place = self._place_name(card.name.size_wh, box, obstacles)
        lay(planes, card.name, place[0], place[1])
        return [place]

    def _lay_bars(self, planes: Planes, card: Card, person: int, box: Box, obstacles: list[Box]) -> list[Box]:
        """Draws the bars beside a face, where they fit and hide nothing; returns their box, if any."""
        if card.bars is None or not self._has_room_for(card.bars):
            return []
        place = self._place_bars(person, card.bars.size_wh, box, obstacles)
        if place is None:
            return []
        lay(planes, card.bars, place[0], place[1])
        return [place]

    def _has_room_for(self, sprite: Sprite) -> bool:
        return sprite.size_wh[0] <= self._width and sprite.size_wh[1] <= self._height

    def _place_name(self, size_wh: tuple[int, int], box: Box, obstacles: list[Box]) -> Box:
        """Above the face, or below it where that hides less; inside the face's box at the top of the picture."""
        width, height = size_wh
        x, bottom = _within(box[0], width, self._width), self._height
        tops = [_within(y, height, bottom) for y in (box[1] - height if box[1] >= height else box[1], box[3])]
        boxes = [(x, y, x + width, y + height) for y in tops]
        return min(boxes, key=lambda place: sum(_overlap(other, place) for other in obstacles if other != box))

    def _place_bars(self, person: int, size_wh: tuple[int, int], box: Box, obstacles: list[Box]) -> Box | None:
        """Below the face where there are several, since between two nobody knows whose the bars are; else beside it at
        its top, or below other drawings; None where they would hide a face or a text anywhere."""
        width, height = size_wh
        if not self._is_alone and (below := self._below(box, size_wh, obstacles)):
            return below
        for top in (box[1], *sorted(other[3] for other in obstacles if other[3] > box[1])):
            y = _within(top, height, self._height)
            x = self._left_of_bars(person, box, (width, y, y + height), obstacles)
            bars = (x, y, x + width, y + height)
            if not any(_overlap(other, bars) for other in obstacles):
                return bars
        return None

    def _below(self, box: Box, size_wh: tuple[int, int], obstacles: list[Box]) -> Box | None:
        """The place below a face; None where the picture has no room there, or something else is there."""
        width, height = size_wh
        x, y = _within(box[0], width, self._width), box[3] + self._line_px
        place = (x, y, x + width, y + height)
        is_free = not any(_overlap(other, place) for other in obstacles)
        return place if is_free and place[3] <= self._height else None

    def _left_of_bars(self, person: int, box: Box, bars: tuple[int, int, int], obstacles: list[Box]) -> int:
        """Left edge of the bars (width, top, bottom), on the side where they fit and hide least, or where they were."""
        (width, top, bottom), before = bars, self._is_left.get(person, False)
        lefts = {False: box[2] + self._line_px, True: box[0] - width - self._line_px}

        def faults(on_left: bool) -> tuple[bool, int, bool]:
            x = lefts[on_left]
            hidden = sum(_overlap(other, (x, top, x + width, bottom)) for other in obstacles)
            return x < 0 or x + width > self._width, hidden, on_left != before

        on_left = min((False, True), key=faults)
        self._is_left[person] = on_left
        return _within(lefts[on_left], width, self._width)


def _moved(box_xyxy: npt.NDArray[np.float64], picture: Picture) -> Box:
    """A box of the decoded frame in the pixels of its picture."""
    x0, y0, x1, y1 = np.round(box_xyxy * picture.scale + np.tile(picture.offset_xy, 2)).astype(int).tolist()
    return x0, y0, x1, y1


def _overlap(a: Box, b: Box) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def _within(start: int, size: int, end: int) -> int:
    """The start, moved so that the thing of this size lies between 0 and the end."""
    return max(0, min(start, end - size))
