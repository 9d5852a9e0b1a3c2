"""The film's clock by the page's time code, in made sounds and witnesses whose truth is known."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from benchmarks.sound_clock import film
from emoclassify.outputs.json_file import write_json
from emoclassify.study.clock import Clock, Method, Piece
from emoclassify.study.clock_by_sound import RATE_HZ, Abstention
from emoclassify.study.running_median import RunningMedian
from emoclassify.study.timecode import (
    MOST_DIFFERENCE_S,
    Witness,
    chirp_times_s,
    clock_by_pictures,
    clock_by_timecode,
)
from emoclassify.study_clocks import (
    CHIRPS_FILE,
    WITNESS_FILE,
    hear_chirps,
    saved_picture_clock,
    saved_timecode,
    sound_of,
)
from tests.support.timecodes import FILE_S, FILM_S, PAGE_S, heard_s, with_chirps, witness, write_stereo


def clock_of(content: dict[str, Any], heard: list[float] | None = None) -> Clock | Abstention:
    times_s = heard_s(content) if heard is None else heard
    return clock_by_timecode(Witness.from_dict(content), times_s, "A", FILM_S)


@pytest.mark.parametrize("loudness", [0.0, 0.2, 0.5])
def test_chirps_are_heard_over_the_film_and_nothing_else_is(loudness: float) -> None:
    times_s = [2.5, 12.5, 22.5, 31.5]
    sound = with_chirps(times_s, np.concatenate([np.zeros(20_000, np.float32), loudness * film(4)]))
    sound += np.random.default_rng(3).normal(0, 0.003, len(sound)).astype(np.float32)
    assert chirp_times_s(sound) == pytest.approx(times_s, abs=0.002)
    assert chirp_times_s(film(5)) == []
    assert chirp_times_s(np.zeros(0, np.float32)) == []


def test_the_left_channel_of_a_recording_is_listened_to(tmp_path: Path) -> None:
    left = with_chirps([1.0, 6.0], np.zeros(10 * RATE_HZ, np.float32))
    right = np.random.default_rng(1).normal(0, 0.3, len(left)).astype(np.float32)
    write_stereo(tmp_path / "made.wav", left, right)
    assert hear_chirps(lambda *_: None, tmp_path / "made.wav") == pytest.approx([1.0, 6.0], abs=0.002)
    assert len(sound_of(tmp_path / "made.wav")) == len(left)


def test_a_film_without_a_stop_has_one_piece() -> None:
    clock = clock_of(witness())
    assert isinstance(clock, Clock)
    (piece,) = clock.pieces
    assert (piece.film_start_s, piece.film_end_s, piece.offset_s) == pytest.approx((0.0, FILM_S, FILE_S), abs=1e-6)
    assert clock.method is Method.TIME_CODE
    assert clock.residual_s == pytest.approx(0.0, abs=1e-6)


def test_a_stop_is_in_the_clock() -> None:
    clock = clock_of(witness(stop_at_s=12.0, stop_s=1.5))
    assert isinstance(clock, Clock)
    assert [piece.film_start_s for piece in clock.pieces] == pytest.approx([0.0, 12.0])
    assert clock.stalled_s == pytest.approx(1.5, abs=1e-6)
    assert clock.time_s(20.0) == pytest.approx(20.0 + FILE_S + 1.5, abs=1e-6)


def test_frames_that_were_shown_late_cost_the_viewing_nothing() -> None:
    """A processor that is short of time shows some frames 0.14 s late, then leaves others out and is 0.07 s late."""
    content = witness()
    late_s = {6.0: 0.14, 6.25: 0.14, **dict.fromkeys(np.arange(6.5, FILM_S, 0.25), 0.07)}
    frames = [[page_s + late_s.get(film_s, 0.0), film_s] for page_s, film_s in content["films"][0]["frames"]]
    clock = clock_of({**content, "films": [{**content["films"][0], "frames": frames}]})
    assert isinstance(clock, Clock)
    for film_s in (3.0, 6.1, 6.6, 20.0):
        assert clock.time_s(film_s) == pytest.approx(film_s + FILE_S, abs=MOST_DIFFERENCE_S)
    times_s = np.arange(FILE_S, FILE_S + FILM_S, 0.01)
    shown_s = clock.film_times_s(times_s)
    assert (np.diff(shown_s[~np.isnan(shown_s)]) > 0).all()


def test_a_moment_that_was_shown_late_is_left_out_where_the_film_has_caught_up_with_it() -> None:
    frames = [[PAGE_S + film_s, film_s] for film_s in np.arange(0, FILM_S, 0.25)]
    frames[10:12] = [[PAGE_S + 2.9, 2.5], [PAGE_S + 2.94, 2.54]]
    frames[12:14] = [[PAGE_S + 2.95, 2.95], [PAGE_S + 3.25, 3.25]]
    clock = clock_of({**witness(), "films": [{"id": "A", "frames": frames, "ended": True}]})
    assert isinstance(clock, Clock)
    assert clock.time_s(20.0) == pytest.approx(20.0 + FILE_S, abs=0.01)
    assert clock.time_s(2.7) is None


def test_chirps_that_are_missing_or_of_others_change_nothing() -> None:
    """They come at uneven times: even ones would fit as well one chirp further on."""
    content = witness()
    clock = clock_of(content, [0.3, *heard_s(content)[1:], 77.7])
    assert isinstance(clock, Clock)
    assert clock.start_s == pytest.approx(FILE_S, abs=1e-6)


def test_two_clocks_that_drift_apart_are_followed() -> None:
    """100 millionths: 3 ms over the film, of a sound card that runs fast."""
    content = witness()
    clock = clock_of(content, [FILE_S + (time_s - FILE_S) * 1.0001 for time_s in heard_s(content)])
    assert isinstance(clock, Clock)
    assert clock.time_s(15.0) == pytest.approx(FILE_S + 15.0, abs=0.003)


@pytest.mark.parametrize(
    ("content", "heard", "reason"),
    [
        (witness(late_s=0.3), None, "the film's sound and picture are 0.30 s apart"),
        (witness(hidden=[[PAGE_S + 3, PAGE_S + 9]]), None, "the page was not in view"),
        (witness(), [3.3, 25.0], "its time code is not in the recording"),
        (witness(), [], "its time code is not in the recording"),
        (witness(films=[]), None, "the film was not shown"),
    ],
)
def test_what_cannot_be_believed_is_said(content: dict[str, Any], heard: list[float] | None, reason: str) -> None:
    clock = clock_of(content, heard)
    assert isinstance(clock, Abstention)
    assert clock.reason == reason


def test_a_page_hidden_before_the_film_is_no_matter() -> None:
    assert isinstance(clock_of(witness(hidden=[[PAGE_S - 9, PAGE_S + 0.5]])), Clock)


def test_a_film_that_was_broken_off_ends_where_it_was(tmp_path: Path) -> None:
    content = witness()
    content["films"][0] |= {"ended": False, "frames": content["films"][0]["frames"][:41]}
    content["chirps"] = content["chirps"][:2]
    clock = clock_of(content)
    assert isinstance(clock, Clock)
    assert clock.pieces[-1].film_end_s == pytest.approx(10.0, abs=0.05)


@pytest.mark.parametrize(
    "content",
    [{}, [], {**witness(), "ticks": [[1, float("nan")]]}, {**witness(), "chirps": "abc"}, {**witness(), "films": [3]}],
)
def test_what_is_no_witness_is_refused(content: Any) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        Witness.from_dict(content)


def test_a_clock_is_made_of_what_is_kept_of_this_recording_and_no_other(tmp_path: Path) -> None:
    assert isinstance(saved_timecode(tmp_path, "A", FILM_S, "1"), Abstention)
    content = witness()
    write_json(content, tmp_path / WITNESS_FILE)
    assert saved_timecode(tmp_path, "A", FILM_S, "1") is None
    write_json({"sha256": "1", "times_s": heard_s(content)}, tmp_path / CHIRPS_FILE)
    assert saved_timecode(tmp_path, "A", FILM_S, "2") is None
    assert isinstance(saved_timecode(tmp_path, "A", FILM_S, "1"), Clock)
    write_json({**content, "ticks": []}, tmp_path / WITNESS_FILE)
    assert isinstance(saved_timecode(tmp_path, "A", FILM_S, "1"), Abstention)


def test_no_witness_makes_a_clock_that_never_ends() -> None:
    """Each comes from a stranger, and one of them would hold up the results of all."""
    content = witness()
    for span_s in (1e6, 9e8):
        told = {**content, "ticks": [*content["ticks"], [content["ticks"][-1][0] + span_s, 0.0]]}
        assert isinstance(clock_of(told, heard_s(content)), Clock | Abstention)
    with pytest.raises(ValueError, match="figures that are none"):
        clock_of({**content, "ticks": [[0.0, 0.0], [1e10, 0.0]]})
    with pytest.raises(ValueError, match="more chirps than a page makes"):
        clock_of({**content, "chirps": content["chirps"] * 20_000}, [float(n) for n in range(3600)])


def test_a_median_is_that_of_the_numbers_so_far() -> None:
    values = np.random.default_rng(3).integers(-40, 40, 300) / 8
    running = RunningMedian()
    for i, value in enumerate(values, 1):
        running.add(float(value))
        assert running.value == np.median(values[:i])


@pytest.mark.parametrize("stop_every", [10**9, 7, 2])
def test_the_work_grows_with_the_frames_of_a_witness_and_not_with_their_square(
    stop_every: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """So many frames as the page of a stranger may claim, with a stop of the film every so often."""
    n, counted, median = 20_000, [0], np.median

    def counting(values: Any) -> Any:
        counted[0] += len(values)
        return median(values)

    monkeypatch.setattr(np, "median", counting)
    frames = np.arange(n)
    shown_s = 0.01 * frames + 0.2 * (frames // stop_every)
    clock = clock_by_pictures(
        Witness.from_dict(
            {
                "ticks": [[float(time_s)] * 2 for time_s in (0, shown_s[-1])],
                "chirps": [],
                "hidden": [],
                "films": [{"id": "A", "frames": np.stack([shown_s, 0.01 * frames], 1).tolist(), "ended": True}],
            }
        ),
        "A",
        0.01 * n,
    )
    assert isinstance(clock, Clock)
    assert len(clock.pieces) == (n - 1) // stop_every + 1
    assert counted[0] <= 2 * n


def test_many_pieces_tell_the_same_times_as_each_alone() -> None:
    rng = np.random.default_rng(4)
    starts_s = np.cumsum(rng.uniform(0.1, 1.0, 200))
    lengths_s = np.append(np.diff(starts_s), 1.0) * rng.choice([0.5, 1.0], 200)
    offsets_s = np.cumsum(rng.choice([0.0, 0.3], 200))
    pieces = tuple(
        Piece(float(start_s), float(start_s + length_s), float(offset_s))
        for start_s, length_s, offset_s in zip(starts_s, lengths_s, offsets_s, strict=True)
    )
    borders_s = np.concatenate([starts_s + offsets_s, starts_s + lengths_s + offsets_s])
    times_s = np.concatenate([borders_s, rng.uniform(-1.0, borders_s.max() + 1.0, 2000), [np.nan]])
    expected_s = np.full(len(times_s), np.nan)
    for piece in pieces:
        alone_s = Clock((piece,)).film_times_s(times_s)
        expected_s = np.where(np.isnan(alone_s), expected_s, alone_s)
    np.testing.assert_array_equal(Clock(pieces).film_times_s(times_s), expected_s)


def test_as_many_chirps_as_two_hours_have_are_matched() -> None:
    content = witness()
    rng = np.random.default_rng(5)
    made_s = np.cumsum(rng.uniform(6.0, 10.0, 900))
    chirps = [[float(time_s), "", None] for time_s in made_s]
    others_s = rng.uniform(0, made_s[-1], 300)
    clock = clock_of({**content, "chirps": chirps}, sorted([*(made_s + FILE_S - PAGE_S), *others_s]))
    assert isinstance(clock, Clock)


def test_a_page_that_made_no_chirp_has_a_clock_by_its_pictures(tmp_path: Path) -> None:
    write_json({**witness(), "chirps": []}, tmp_path / WITNESS_FILE)
    assert isinstance(saved_picture_clock(tmp_path, "A", FILM_S), Clock)
