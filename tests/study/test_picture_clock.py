"""The film's clock where nothing was recorded: by the times that the page noted with each picture."""

from pathlib import Path
from typing import Any

import pytest

from emoclassify.outputs.json_file import write_json
from emoclassify.study.clock import Clock, Method
from emoclassify.study.clock_by_sound import Abstention
from emoclassify.study.timecode import Witness, clock_by_pictures
from emoclassify.study_clocks import WITNESS_FILE, saved_picture_clock
from tests.support.scores import BEGIN_S, FILM_S, witness


def clock_of(content: dict[str, Any]) -> Clock | Abstention:
    return clock_by_pictures(Witness.from_dict(content), "A", FILM_S)


def test_the_film_begins_where_it_began() -> None:
    clock = clock_of(witness())
    assert isinstance(clock, Clock)
    assert clock.start_s == pytest.approx(BEGIN_S, abs=1e-6)
    assert clock.method is Method.PICTURES
    assert clock.residual_s == pytest.approx(0.0, abs=1e-6)


def test_a_stop_is_in_the_clock() -> None:
    clock = clock_of(witness(stop_s=1.2))
    assert isinstance(clock, Clock)
    assert clock.stalled_s == pytest.approx(1.2, abs=1e-6)
    assert clock.time_s(8.0) == pytest.approx(BEGIN_S + 8.0 + 1.2, abs=1e-6)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (witness(late_s=0.3), "the film's sound and picture are 0.30 s apart"),
        (witness(hidden_s=4.0), "the page was not in view"),
        ({**witness(), "films": []}, "the film was not shown"),
        ({**witness(), "ticks": []}, "the film was not shown"),
    ],
)
def test_what_cannot_be_believed_is_said(content: dict[str, Any], reason: str) -> None:
    clock = clock_of(content)
    assert isinstance(clock, Abstention)
    assert clock.reason == reason


def test_a_clock_is_made_of_what_is_kept(tmp_path: Path) -> None:
    assert saved_picture_clock(tmp_path, "A", FILM_S) == Abstention("the page sent no witness", 0.0)
    write_json({"ticks": 3}, tmp_path / WITNESS_FILE)
    assert saved_picture_clock(tmp_path, "A", FILM_S) == Abstention("the page's witness contradicts itself", 0.0)
    write_json(witness(), tmp_path / WITNESS_FILE)
    assert isinstance(saved_picture_clock(tmp_path, "A", FILM_S), Clock)
