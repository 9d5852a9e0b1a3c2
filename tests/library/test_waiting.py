"""Faces that wait until it is known whose they are: no more are read than need be, and none is mixed up."""

from dataclasses import replace

import numpy as np
import pytest

from emoclassify.faces import waiting as module
from emoclassify.faces.reading import FaceReading, HeadTurn, Unread, place_of
from emoclassify.faces.waiting import Waiting
from emoclassify.labels import EMOTIONS

N_FRAMES, N_FACES = 6, 3


def face(frame: int, number: int) -> Unread:
    """Face `number` of a frame, the largest is 0, with a crop that tells which it is."""
    box_xyxy = (100.0 * number, 0.0, 100.0 * number + 90 - number, 90.0 - number)
    scores = np.full(len(EMOTIONS), np.nan, np.float32)
    reading = FaceReading(frame, 0.2 * frame, number, box_xyxy, 1.0, scores, HeadTurn(0, 0, 0), "")
    return reading, np.full((10, 10, 3), 10 * frame + number, np.uint8)


def read(faces: list[Unread]) -> list[FaceReading]:
    """The readings with what their crops tell in the place of each score."""
    return [replace(reading, scores=np.full(len(EMOTIONS), crop[0, 0, 0], np.float32)) for reading, crop in faces]


FACES = [face(frame, number) for frame in range(N_FRAMES) for number in range(N_FACES)]


def test_the_largest_of_each_frame_is_read_at_once_and_others_where_they_are_wanted() -> None:
    waiting = Waiting()
    at_once = list(waiting.pass_largest(iter(FACES)))
    assert [reading.frame for reading, _ in at_once] == list(range(N_FRAMES))
    found = waiting.all_found(read(at_once))
    assert list(map(place_of, found)) == [place_of(reading) for reading, _ in FACES]
    assert [bool(np.isfinite(reading.scores).all()) for reading in found] == [True, False, False] * N_FRAMES
    wanted = [found[0], found[4], found[6]]  # one person: the second of their frame once
    late: list[Unread] = []

    def noted(faces: list[Unread]) -> list[FaceReading]:
        late.extend(faces)
        return read(faces)

    completed = waiting.completed(wanted, noted)
    assert [place_of(reading) for reading, _ in late] == [place_of(found[4])]
    assert [reading.scores[0] for reading in completed] == [0, 11, 20]


def test_more_than_fit_are_all_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 4 * 10 * 10 * 3)
    waiting = Waiting()
    passed = list(waiting.pass_largest(iter(FACES)))
    assert len(passed) == N_FRAMES + 10  # the fifth that waits is one too many: twice
    found = waiting.all_found(read(passed))
    completed = waiting.completed(found, read)
    assert [reading.scores[0] for reading in completed] == [crop[0, 0, 0] for _, crop in FACES]
