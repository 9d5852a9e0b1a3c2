"""What the page draws and tells of key moments: the line in which they are searched, and what stands out in it."""

import numpy as np
import pytest

from emoclassify.groups import DEFAULT
from emoclassify.labels import sum_of, valence
from emoclassify.moments import HIGHEST, LOWEST
from emoclassify.overview import Overview
from tests.support.findings import in_turn
from webapp.parts.curves import MEASURES, timeline
from webapp.parts.outcome import curves_of
from webapp.parts.sentences import sentences
from webapp.parts.session import Visit
from webapp.parts.texts import texts_in
from webapp.server.connections import client_of


def visit() -> Visit:
    return Visit("en", texts_in("en"), client_of("http://127.0.0.1:1", ""), "")


@pytest.mark.parametrize("measure", MEASURES)
def test_the_bold_line_is_the_searched_one_and_the_pale_one_is_as_read(measure: str) -> None:
    overview = Overview.of(in_turn(("happy", 8), ("sad", 8)))
    curve = curves_of(overview)[0]
    chart = timeline(overview, curve, measure, None, visit())
    scores = overview.curves[0].scores
    line = chart["curves"][0]
    positive = sum_of(scores, DEFAULT["positive"])
    as_read = {"emotions": scores[:, 0], "groups": positive, "valence": valence(scores)}[measure]
    assert line["as_read"] == pytest.approx(as_read.tolist(), abs=1e-3)
    assert chart["texts"]["as_read"] == "as read; the bold line is smoothed over 2.5 s"
    times_s = {moment.kind: moment.time_s for moment in curve.findings.moments}
    if measure == "valence":
        bold = np.array(line["values"], dtype=float)
        assert abs((bold.argmax() + 0.5) * chart["step_s"] - times_s[HIGHEST]) < 8  # both on the happy plateau
        assert bold[round(times_s[HIGHEST] / chart["step_s"] - 0.5)] == pytest.approx(bold.max(), abs=0.02)
    assert [moment["title"].split(" · ")[0] for moment in chart["moments"]] == [
        visit().clock(time_s) for time_s in sorted(times_s.values())
    ]


def test_page_and_report_call_a_moment_the_same() -> None:
    """ "Most positive" would be told of a group, and Compare has another time for that: surprise counts there."""
    assert (texts_in("en")[f"moment_{HIGHEST}"], texts_in("en")[f"moment_{LOWEST}"]) == (HIGHEST, LOWEST)


SMILE = (("neutral", 12), ("happy", 6), ("neutral", 12))
FROWN = (("neutral", 12), ("sad", 6), ("neutral", 12))


@pytest.mark.parametrize(
    ("stretches", "sentence"),
    [
        (
            (*SMILE, *FROWN),
            "Its valence (surprise left out) is highest at 0:14.8 (+0.50) and lowest at 0:44.8 (\N{MINUS SIGN}0.80).",
        ),
        (
            SMILE,
            "Its valence (surprise left out) is highest at 0:14.8 (+0.50); below its usual level nothing stands out.",
        ),
        (
            FROWN,
            "Its valence (surprise left out) is lowest at 0:14.8 (\N{MINUS SIGN}0.80); above its usual level "
            "nothing stands out.",
        ),
        ((("neutral", 28),), "No moment stands out from the usual ups and downs of its valence (surprise left out)."),
    ],
)
def test_what_stands_out_is_told_and_no_more(stretches: tuple[tuple[str, float], ...], sentence: str) -> None:
    assert sentence in sentences(Overview.of(in_turn(*stretches)), visit())
