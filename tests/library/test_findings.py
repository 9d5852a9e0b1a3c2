"""What is told of a recording, on analyses whose times are known."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from emoclassify.analysis import Analysis
from emoclassify.findings import Subject, findings_of
from emoclassify.labels import EMOTIONS
from emoclassify.settings import Options
from tests.support.findings import analysis, face, laughter, voice, with_a_gap


def shares_of(found: Analysis, *, of_voice: bool = False) -> dict[str, float]:
    """Emotion -> share of the whole time, those above 0; and the unread time."""
    findings = findings_of(found)
    curve = findings.voice if of_voice else findings.main
    assert curve is not None
    leading = {name: float(share) for name, share in zip(EMOTIONS, curve.shares.leading, strict=True) if share}
    return leading | {"unread": curve.shares.unread}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (with_a_gap(), {"happy": 0.25, "sad": 0.5, "unread": 0.25}),
        (replace(with_a_gap(), end_s=5.0), {"happy": 0.2, "sad": 0.4, "unread": 0.4}),
    ],
    ids=["as is", "the picture ends before the sound"],
)
def test_shares_are_of_the_whole_recording(found: Analysis, expected: dict[str, float]) -> None:
    assert shares_of(found) == pytest.approx(expected)


def test_a_reading_counts_by_the_time_it_stands_for() -> None:
    """Ten readings for the first two seconds, one for the last two, and too far away to be smoothed with them."""
    times_s = [*(0.1 * i for i in range(10)), 2.0]
    faces = [face(i, t, "happy" if t < 1 else "sad") for i, t in enumerate(times_s)]
    assert shares_of(analysis(faces, times_s)) == pytest.approx({"happy": 0.5, "sad": 0.5, "unread": 0.0})


def test_a_label_that_flickers_has_the_share_that_is_shown() -> None:
    """A mouth that opens in every third of five readings a second; bins and single readings would call it a third."""
    times_s = [round(0.2 * i, 1) for i in range(20)]
    faces = [face(i, t, "surprise" if i % 3 == 1 else "neutral") for i, t in enumerate(times_s)]
    assert shares_of(analysis(faces, times_s)) == pytest.approx({"neutral": 1.0, "unread": 0.0})


def test_a_short_emotion_is_not_lost_in_a_long_recording() -> None:
    """In forty minutes bins are five seconds wide and would swallow it; the readings do not."""
    times_s = list(np.arange(0, 2400, 0.2))
    faces = [face(i, t, "happy" if t % 5 < 1 else "neutral") for i, t in enumerate(times_s)]
    found = analysis(faces, times_s, end_s=2400.0, picture_end_s=2400.0)
    assert shares_of(found) == pytest.approx({"happy": 0.2, "neutral": 0.8, "unread": 0.0}, abs=1e-3)


def test_doubtful_readings_are_unread_time() -> None:
    times_s = [0.0, 1.0, 2.0, 3.0]
    faces = [face(0, 0.0), face(1, 1.0, "sad", reason="dark"), face(3, 3.0)]
    assert shares_of(analysis(faces, times_s)) == pytest.approx({"happy": 0.5, "unread": 0.5})


def test_the_voice_leads_as_long_as_somebody_speaks() -> None:
    found = with_a_gap()
    assert shares_of(found, of_voice=True) == pytest.approx({"happy": 0.6 / 4, "angry": 1.2 / 4, "unread": 2.2 / 4})


def test_over_each_moment_the_voice_is_the_mean_of_the_windows_that_hear_it() -> None:
    found = analysis([], [], [voice(1.0, 2.5, "sad", 0.6), voice(1.5, 3.0, "happy", 0.9)])
    assert shares_of(found) == pytest.approx({"sad": 0.5 / 4, "happy": 1.5 / 4, "unread": 0.5})


def test_a_still_picture_is_all_of_its_reading() -> None:
    found = analysis([face(0, 0.0)], [0.0], end_s=0.0, picture_end_s=0.0)
    assert shares_of(found) == {"happy": 1.0, "unread": 0.0}


@pytest.mark.parametrize(
    ("found", "subject"),
    [
        (with_a_gap(), Subject.FACE),
        (analysis([face(0, 0.0, reason="dark")], [0.0]), Subject.DOUBTFUL_FACE),
        (analysis([], [0.0], [voice(0, 1)]), Subject.NO_FACE),
        (analysis([], [], [voice(0, 1)]), Subject.VOICE),
        (analysis([], [], []), Subject.NOTHING),
        (analysis([], [], [laughter(0, 1)]), Subject.NOTHING),
    ],
)
def test_what_there_is_to_tell_of(found: Analysis, subject: Subject) -> None:
    assert findings_of(found).subject is subject


def test_why_nothing_can_be_told_is_the_reason_of_most_stretches() -> None:
    compared: dict[str, Any] = {"options": Options(double_check=True)}
    assert findings_of(analysis([], [0.0], [voice(0, 0.2), voice(1, 2), voice(3, 4)], **compared)).untold_reason == (
        "no face"
    )
    assert findings_of(replace(with_a_gap(), **compared)).untold_reason == ""


def test_every_person_has_a_curve_of_findings() -> None:
    faces = [face(i, float(i), person=p) for p in range(1, 9) for i in range(4)]
    findings = findings_of(analysis(faces, [0.0, 1.0, 2.0, 3.0]))
    assert [curve.person for curve in findings.curves] == list(range(1, 9))
