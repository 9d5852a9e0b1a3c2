"""The texts in the annotated video: none is cut off, and none says less than there is."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from emoclassify.labels import EMOTIONS
from emoclassify.media.pictures import Colours
from emoclassify.outputs.video import overlay
from emoclassify.outputs.video.annotate import annotate
from emoclassify.outputs.video.by_picture import ShownFace
from emoclassify.outputs.video.cards import Cards, font_of, line_px
from emoclassify.outputs.video.sprites import Paint
from emoclassify.outputs.video.strip import Strip
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import analysis, face, laughter, voice
from tests.support.made import even, plain, write_video


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("size_wh", [(320, 240), (240, 320), (640, 360), (1280, 720), (1920, 1080)])
def test_no_text_is_cut_off(lang: str, size_wh: tuple[int, int]) -> None:
    cards = Cards(Paint(Colours(1, 1, 1, full_range=False), size_wh[1]), size_wh, lang, n_persons=2)
    for i, emotion in enumerate(EMOTIONS):
        reading = face(i, 0.0, emotion)
        card = cards.face(ShownFace(reading, reading.scores, np.array(reading.box_xyxy)), short=False)
        assert card.bars is not None
        laugh = cards.voice(laughter(i + 0.5, i + 1))
        for sprite in (card.name, card.bars, laugh, cards.voice(voice(i, i + 1, emotion))):
            assert sprite.size_wh[0] <= size_wh[0]
            assert sprite.size_wh[1] <= size_wh[1] * 0.75
            text = sprite.layers[0].offsets / 256  # white letters, brighter than anything else
            assert text.max() > 200
            assert (text[:, [0, -1]] < 200).all()


@pytest.mark.parametrize(("n", "last_name"), [(3, "person 3"), (5, "person 3 of 5")])
def test_the_timeline_says_of_how_many_persons_it_shows_three(
    n: int, last_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names: list[str] = []
    monkeypatch.setattr(Strip, "_draw_ground", lambda strip, lanes, size_wh: names.extend(lanes))
    monkeypatch.setattr(Paint, "sprite", lambda paint, image: None)
    made = analysis([face(0, 0.0, person=person + 1) for person in range(n)], [0.0])
    Strip(made, Paint(Colours(1, 1, 1, full_range=False), 720), (1280, 720), "en")
    assert names == ["person 1", "person 2", last_name]


def test_a_single_person_has_no_number_and_two_emotions_at_most() -> None:
    paint = Paint(Colours(1, 1, 1, full_range=False), 720)
    one, two = (Cards(paint, (1280, 720), "en", n_persons=n) for n in (1, 2))
    reading = face(0, 0.0, "happy")
    shown_face = ShownFace(reading, reading.scores, np.array(reading.box_xyxy))
    alone, beside = (cards.face(shown_face, short=False) for cards in (one, two))
    assert alone.name.size_wh[0] < beside.name.size_wh[0]
    assert alone.bars is not None
    assert alone.bars.size_wh[1] < 3 * line_px(font_of((1280, 720)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_bars_of_two_people_stand_below_each_ones_face(
    lang: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Beside it, between the two, nobody would know whose they are."""
    corners: list[tuple[int, int]] = []
    monkeypatch.setattr(overlay, "lay", lambda planes, sprite, x, y: corners.append((x, y)))
    source = write_video(tmp_path / "a.mp4", even([plain(360, 640)] * 2))
    boxes = ((60.0, 60.0, 160.0, 180.0), (360.0, 80.0, 460.0, 220.0))
    two = [replace(face(0, 0.0, person=i + 1), box_xyxy=box) for i, box in enumerate(boxes)]
    annotate(analysis(two, [0.0]), source, tmp_path / "annotated.mp4", lang=lang)
    for left, _, _, bottom in boxes:
        assert any(x == left and bottom <= y <= bottom + 8 for x, y in corners)
