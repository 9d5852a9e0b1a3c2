"""What is kept of single pictures, and the analysis made of it."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.analysis import Analysis
from emoclassify.errors import MediaError
from emoclassify.judging import usability_of
from emoclassify.picture_readings import PictureReading, analysis_of, readings_in
from emoclassify.settings import Options
from emoclassify.usability import Verdict
from tests.support.scores import SMILE, face, line

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def analysis(lines: bytes, options: Options | None = None) -> Analysis:
    readings = readings_in(lines)
    return analysis_of(readings, options or Options(), NOW, name="p", sha256="0" * 64, n_bytes=len(lines))


def test_a_reading_comes_back_as_it_was() -> None:
    (reading,) = readings_in(line(1.5, face("turned")))
    assert reading.face is not None
    assert (reading.time_s, reading.size_wh, reading.face.quality_reason) == (1.5, (480, 360), "turned")
    assert reading.face.scores == pytest.approx(SMILE)
    assert PictureReading.from_dict({**reading.to_dict(), "time_s": 1.5}).to_dict() == reading.to_dict()


def test_the_analysis_has_each_picture_at_its_time_and_gaps_where_no_face_was() -> None:
    lines = b"".join(line(0.2 * i, None if 10 <= i < 20 else face()) for i in range(50))
    made = analysis(lines, Options(annotate=True, double_check=True))
    timeline = made.timeline(1)
    assert timeline.times_s == pytest.approx([0.2 * i for i in range(50)])
    assert np.isnan(timeline.scores[10:20]).all()
    assert timeline.scores[[0, 49]] == pytest.approx(np.stack([SMILE, SMILE]))
    assert made.end_s == pytest.approx(10.0)
    assert (made.counts.with_face, made.counts.gaps) == (40, 1)
    assert usability_of(made).share == pytest.approx(0.8)
    assert made.voice is None
    assert not made.options.annotate
    assert not made.options.double_check
    assert [message.code for message in made.warnings] == ["scores_only"]
    assert Analysis.from_dict(json.loads(json.dumps(made.to_dict()))).to_dict() == made.to_dict()


def test_a_camera_that_stood_still_for_long_makes_it_usable_in_part_at_most() -> None:
    lines = b"".join(line(0.2 * i, face()) for i in [*range(20), *range(60, 80)])
    assert usability_of(analysis(lines)).verdict is not Verdict.USABLE


def reasons_of(made: Analysis) -> dict[str, float]:
    return {reason.name: reason.share for reason in usability_of(made).reasons}


def lines_with_a_pause(waited_s: float) -> bytes:
    """Five pictures a second for 20 s, but for 4 to 12 s, in most of which the page waited for answers, or did not."""
    return b"".join(line(0.2 * i, face(), waited_s if i == 60 else 0.05) for i in (*range(20), *range(60, 100)))


def test_a_server_that_is_too_busy_leaves_gaps_and_is_told_as_the_cause() -> None:
    made = analysis(lines_with_a_pause(waited_s=8.0))
    assert reasons_of(made) == {"read_late": pytest.approx(7.2 / 20)}
    assert usability_of(made).share == pytest.approx(12.8 / 20)
    timeline = made.timeline(1)
    (unread,) = np.nonzero(~timeline.valid)
    assert timeline.times_s[unread] == pytest.approx([4.8, 5.8, 6.8, 7.8, 8.8, 9.8, 10.8, 11.8])
    assert (made.counts.decoded, made.counts.with_face, made.counts.gaps) == (60, 60, 0)
    assert Analysis.from_dict(json.loads(json.dumps(made.to_dict()))).to_dict() == made.to_dict()


def test_a_camera_that_gives_no_picture_is_told_as_the_cause() -> None:
    reasons = reasons_of(analysis(lines_with_a_pause(waited_s=0.1)))
    assert "read_late" not in reasons
    assert reasons["frozen"] > 0.3


@pytest.mark.parametrize(("step_s", "share"), [(0.2, 1.0), (0.6, 1.0), (0.95, 1.0), (2.0, 0.5), (4.0, 0.25)])
def test_the_slower_pictures_are_read_the_less_of_the_time_counts(step_s: float, share: float) -> None:
    """A picture stands for a second at most: five a second or two, all of the time is read, one in 4 s a quarter."""
    made = analysis(b"".join(line(step_s * i, face(), 0.9 * step_s) for i in range(round(60 / step_s))))
    assert usability_of(made).share == pytest.approx(share, abs=0.04)
    assert set(reasons_of(made)) == ({"read_late"} if share < 1 else set())


GOOD = json.loads(line(0.0, face()))
WRONG: list[Any] = [
    *([], None, 3, {}, {**GOOD, "size_wh": [0, 9]}, {**GOOD, "size_wh": [9]}, {**GOOD, "brightness": 300}),
    *({**GOOD, "time_s": -1}, {**GOOD, "time_s": "soon"}, {**GOOD, "face": {}}, {**GOOD, "face": 7}),
    *({**GOOD, "face": {**GOOD["face"], "scores": scores}} for scores in ([1.0], [1.0] * 7, [2, -1, 0, 0, 0, 0, 0])),
    *({**GOOD, "face": {**GOOD["face"], "box_xyxy": box}} for box in ([0, 0, 1], [0, 0, "1", 1])),
    {**GOOD, "face": {**GOOD["face"], "quality_reason": "<script>"}},
]


@pytest.mark.parametrize("content", WRONG, ids=str)
def test_what_is_no_reading_is_refused(content: Any) -> None:
    with pytest.raises(MediaError):
        readings_in(json.dumps(content).encode())


@pytest.mark.parametrize(
    "lines",
    [
        b"",
        b"\xff\xd8\xff\xe0 a picture",
        line(1.0, face()) + line(1.0, face()),
        line(2.0, face()) + line(1.0, None),
        line(0.0, face()).replace(b"120.0", b"NaN"),
        b"[" * 5000,
    ],
    ids=["nothing", "picture", "twice", "backwards", "no figure", "deep"],
)
def test_what_are_no_readings_is_refused(lines: bytes) -> None:
    with pytest.raises(MediaError):
        readings_in(lines)


@given(st.binary(max_size=200))
def test_any_bytes_are_readings_or_refused(content: bytes) -> None:
    with pytest.raises(MediaError):
        readings_in(content)


def test_a_face_of_another_time_and_person_is_that_of_its_picture() -> None:
    stray = replace(face(), frame=9, time_s=7.0, person=4)
    made = analysis(line(0.0, face()) + line(0.2, stray))
    assert [(one.frame, one.time_s, one.person) for one in made.faces] == [(0, 0.0, 1), (1, 0.2, 1)]
