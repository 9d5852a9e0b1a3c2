"""The verdict on recordings whose content is known: what stands against each, and for how much of its time."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from emoclassify.analysis import Analysis
from emoclassify.faces.reading import FaceReading, FrameTime, OtherFace
from emoclassify.faces.rigid import RIGID_CHANGE
from emoclassify.judging import CLIPPED, QUIET_DB, STANDS_CHANGE, UNLIKE, usability_of
from emoclassify.settings import Options
from emoclassify.usability import REASONS, Reason, Usability, Verdict, usability_from_dict, usability_to_dict
from emoclassify.voice.reading import SpeechLevel
from emoclassify.words.messages_recordings import UNUSABLE
from emoclassify.words.numbers import percent
from emoclassify.words.texts import LANGUAGES
from tests.support.findings import analysis, face, voice

LENGTH_S, STEP_S = 20.0, 0.2
N = round(LENGTH_S / STEP_S)
BOX = (100.0, 100.0, 160.0, 160.0)  # as large as the faces of `tests.support.findings`
SHARE_TOLERANCE = 1e-9

Choice = Callable[[int], bool]


def always(i: int) -> bool:
    return True


def between(start_s: float, end_s: float) -> Choice:
    """The frames from one time to another."""
    return lambda i: start_s <= round(i * STEP_S, 1) < end_s


def recorded(
    with_face: Choice = always,
    *,
    doubt: tuple[str, Choice] | None = None,
    others: dict[int, Choice] | None = None,
    cuts: tuple[int, ...] = (),
    change: Callable[[int], float] = lambda i: 3.0,
    own_change: Callable[[int], float] = lambda i: 0.2,
    brightness: float = 110.0,
    **changes: Any,
) -> Analysis:
    """A recording of 20 s, five frames a second, of a person who moves.

    Args:
        with_face: where the main person's face is found.
        doubt: a reason of quality, and where it holds.
        others: number of another person -> where that one is seen.
        cuts: frames before which the picture cuts.
        change: of the picture from each frame to the next.
        own_change: of the face within itself.
        brightness: of the picture.
    """
    frames = tuple(
        FrameTime(i, round(i * STEP_S, 1), i in cuts, brightness, None if i == 0 else change(i)) for i in range(N)
    )
    faces = [_face(i, doubt, own_change(i)) for i in range(N) if with_face(i)]
    beside = [OtherFace(i, BOX, person) for person, seen in (others or {}).items() for i in range(N) if seen(i)]
    lasting = {"end_s": LENGTH_S, "picture_end_s": LENGTH_S, "others": tuple(beside)}
    return replace(analysis(faces, [frame.time_s for frame in frames], **{**lasting, **changes}), frames=frames)


def _face(i: int, doubt: tuple[str, Choice] | None, own_change: float) -> FaceReading:
    reason = doubt[0] if doubt is not None and doubt[1](i) else ""
    return replace(face(i, round(i * STEP_S, 1), reason=reason), own_change=own_change)


def about(value: float) -> Any:
    """Equal to sums of as many frames, within what adding them up costs."""
    return pytest.approx(value, abs=SHARE_TOLERANCE)


def shares(usability: Usability) -> dict[str, float]:
    return {reason.name: reason.share for reason in usability.reasons}


def test_a_person_who_is_seen_well_is_usable() -> None:
    assert usability_of(recorded()) == Usability(Verdict.USABLE, about(1.0), ())


@pytest.mark.parametrize(
    ("unread_s", "verdict"),
    [
        *((4.0, Verdict.USABLE), (6.0, Verdict.USABLE), (7.0, Verdict.IN_PART), (12.0, Verdict.IN_PART)),
        *((13.0, Verdict.NOT_USABLE), (20.0, Verdict.NOT_USABLE)),
    ],
)
def test_the_share_of_readable_time_decides(unread_s: float, verdict: Verdict) -> None:
    """By default from 70 % on a recording is usable, and from 40 % on in part."""
    usability = usability_of(recorded(lambda i: not between(0, unread_s)(i)))
    assert usability.verdict is verdict
    assert usability.share == about(1 - unread_s / LENGTH_S)
    assert shares(usability) == {"no_face": about(unread_s / LENGTH_S)}


def test_the_limits_are_options() -> None:
    half = recorded(between(0, 10))
    assert usability_of(half).verdict is Verdict.IN_PART
    assert usability_of(replace(half, options=Options(usable_from=0.5))).verdict is Verdict.USABLE
    assert usability_of(replace(half, options=Options(in_part_from=0.6))).verdict is Verdict.NOT_USABLE


@pytest.mark.parametrize("reason", ["cut off", "small", "dark", "bright", "blurred", "turned", "mouth covered"])
def test_a_face_that_is_seen_badly_is_told_by_what_is_wrong_with_it(reason: str) -> None:
    usability = usability_of(recorded(doubt=(reason, between(5, 15))))
    assert usability.verdict is Verdict.IN_PART
    assert usability.reasons == (Reason(reason.replace(" ", "_"), about(0.5), 5.0),)


def test_where_no_face_is_found_in_the_dark_it_is_the_dark() -> None:
    night = usability_of(recorded(lambda i: False, brightness=6.0))
    assert (night.verdict, shares(night)) == (Verdict.NOT_USABLE, {"dark": 1.0})


def test_all_reasons_are_told_the_worst_first() -> None:
    usability = usability_of(recorded(between(8, 20), doubt=("turned", between(16, 20)), change=standing(8, 12)))
    assert list(shares(usability)) == ["no_face", "frozen", "turned"]
    assert usability.verdict is Verdict.NOT_USABLE
    assert usability.share == about(0.2)


def standing(start_s: float, end_s: float) -> Callable[[int], float]:
    """A picture that does not change from one time to another, but for what encoding leaves."""
    return lambda i: 0.4 * STANDS_CHANGE if between(start_s, end_s)(i) else 3.0


def test_a_picture_that_stands_counts_for_nothing() -> None:
    usability = usability_of(recorded(change=standing(8, 18)))
    assert usability.verdict is Verdict.IN_PART
    assert usability.reasons == (Reason("frozen", about(0.5), 8.0),)


def test_the_key_frames_of_a_held_picture_are_no_motion() -> None:
    held = standing(8, 18)
    usability = usability_of(recorded(change=lambda i: 1.5 if i % 5 == 0 else held(i)))
    assert shares(usability) == {"frozen": about(9.8 / LENGTH_S)}  # it begins with a key frame


def test_a_camera_of_two_frames_a_second_is_slow_and_not_frozen() -> None:
    slow = usability_of(recorded(change=lambda i: 3.0 if i % 3 == 0 else 0.0))
    assert slow.reasons == ()


def test_a_person_who_sits_still_for_a_moment_is_no_frozen_picture() -> None:
    assert usability_of(recorded(change=standing(8, 9.6))).reasons == ()


def test_a_picture_that_comes_late_or_ends_before_the_sound_is_missing() -> None:
    """Frames stop coming for 4 s, and the sound goes on for 5 s after the picture."""
    late = replace(recorded(end_s=25.0), frames=tuple(f for f in recorded().frames if not 8.0 < f.time_s < 12.0))
    late = replace(late, faces=tuple(f for f in late.faces if not 8.0 < f.time_s < 12.0))
    assert shares(usability_of(late)) == {"frozen": about(9 / 25)}


def test_a_face_that_never_moves_within_itself_is_a_photograph() -> None:
    rng = np.random.default_rng(0)
    held = rng.uniform(0.03, 0.95 * RIGID_CHANGE, N)
    usability = usability_of(recorded(own_change=lambda i: float(held[i])))
    assert (usability.verdict, usability.share) == (Verdict.NOT_USABLE, 0.0)
    assert shares(usability) == {"photograph": 1.0}
    with_blinks = usability_of(recorded(own_change=lambda i: 0.15 if i % 15 == 0 else float(held[i])))
    assert with_blinks.verdict is Verdict.USABLE
    short = usability_of(recorded(between(0, 3), own_change=lambda i: 0.03))
    assert "photograph" not in shares(short)


def test_a_still_picture_is_no_frozen_one() -> None:
    one = analysis([face(0, 0.0)], [0.0], end_s=0.0, picture_end_s=0.0)
    still = replace(one, source=replace(one.source, still=True))
    assert usability_of(still) == Usability(Verdict.USABLE, 1.0, ())


@pytest.mark.parametrize(("unlike", "name"), [(2 * UNLIKE, "other_person"), (0.5 * UNLIKE, "perhaps_other_person")])
def test_another_face_in_the_main_persons_place_is_told(unlike: float, name: str) -> None:
    changed = recorded(between(0, 16), others={2: between(16, 20)}, unlike=(unlike,))
    usability = usability_of(changed)
    assert usability.reasons == (Reason(name, about(0.2), 16.0),)
    assert usability.verdict is (Verdict.IN_PART if name == "other_person" else Verdict.USABLE)


def test_whoever_leaves_and_comes_back_is_nobody_else() -> None:
    back = usability_of(recorded(lambda i: not between(8, 12)(i)))
    assert (back.verdict, shares(back)) == (Verdict.USABLE, {"no_face": about(0.2)})


def test_a_second_person_leaves_a_recording_usable_in_part() -> None:
    """Unless every person was asked for."""
    two = recorded(others={2: always}, unlike=(0.5,))
    assert usability_of(two) == Usability(Verdict.IN_PART, about(1.0), (Reason("several_people", 1.0, 0.0),))
    passing = usability_of(recorded(others={2: between(4, 6)}, unlike=(0.5,)))
    assert (passing.verdict, shares(passing)) == (Verdict.USABLE, {"several_people": about(0.1)})
    behind = replace(two, others=tuple(replace(other, box_xyxy=(0, 0, 20, 20)) for other in two.others))
    assert usability_of(behind).verdict is Verdict.USABLE
    asked = recorded(options=Options(faces="all"))
    assert usability_of(asked).reasons == ()


def test_faces_that_change_at_cuts_are_those_of_a_film() -> None:
    cast = {2: between(5, 10), 3: between(10, 15), 4: between(15, 20)}
    film = recorded(between(0, 5), others=cast, unlike=(0.5, 0.6, 0.7), cuts=(25, 50, 75))
    usability = usability_of(film)
    assert (usability.verdict, usability.share) == (Verdict.NOT_USABLE, 0.0)
    assert usability.reasons[0] == Reason("film", about(1.0), 0.0)
    same_person = usability_of(recorded(cuts=(25, 50, 75)))
    assert same_person.verdict is Verdict.USABLE


@pytest.mark.parametrize(
    ("level", "name"),
    [(SpeechLevel(QUIET_DB - 3, 0.0), "quiet"), (SpeechLevel(-8.0, 2 * CLIPPED), "clipped"), (None, "")],
)
def test_of_sound_alone_speech_and_its_level_decide(level: SpeechLevel | None, name: str) -> None:
    heard = analysis([], [], [voice(0.0, 3.5)])
    assert heard.voice is not None
    usability = usability_of(replace(heard, voice=replace(heard.voice, level=level)))
    assert usability.verdict is (Verdict.IN_PART if name else Verdict.USABLE)
    assert [reason.name for reason in usability.reasons] == ([name] if name else [])
    assert usability.share == about(3.5 / 4)


def test_little_speech_is_not_usable() -> None:
    short, silent = usability_of(analysis([], [], [voice(0.0, 2.0)])), usability_of(analysis([], [], []))
    assert (short.verdict, shares(short)) == (Verdict.NOT_USABLE, {"little_speech": about(0.5)})
    assert (silent.verdict, shares(silent)) == (Verdict.NOT_USABLE, {"little_speech": 1.0})


def test_results_of_an_older_version_are_judged_by_what_they_hold() -> None:
    older = analysis([face(i, 0.2 * i) for i in range(10)], [0.2 * i for i in range(20)])
    assert shares(usability_of(older)) == {"no_face": about(0.5)}


def test_a_verdict_comes_back_from_its_json_and_is_told_in_words() -> None:
    usability = Usability(Verdict.IN_PART, 0.5, (Reason("dark", 0.4, 2.0), Reason("quiet", 1.0)))
    assert usability_from_dict(usability_to_dict(usability)) == usability
    assert usability.told("en").startswith(
        "Usable in part: too dark (40% of the recording), too quiet. Its figures are of 50% of the recording."
    )
    assert usability.told_shortly("en") == "usable in part: too dark"
    assert usability.told_shortly("ru") == "пригодна частично: слишком темно"


@pytest.mark.parametrize("share", [0.9996, 0.995, 0.5951, 0.0504, 1.0])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_reason_has_one_share_in_few_words_and_in_its_sentence(lang: str, share: float) -> None:
    reason = Reason("no_face", share)
    told = percent(share, lang)
    assert told in reason.told(lang)
    assert told in reason.message.in_language(lang)


def test_every_reason_has_its_sentence() -> None:
    assert [f"unusable_{name}" for name in REASONS] == list(UNUSABLE)
    for name in REASONS:
        assert Reason(name, 0.25, 1.5).message.code == f"unusable_{name}"


@pytest.mark.parametrize(
    ("share", "end"), [(0.98, "Do not use its figures."), (0.1, "no figure stands for all of it.")]
)
def test_only_is_said_of_little(share: float, end: str) -> None:
    told = Usability(Verdict.NOT_USABLE, share, (Reason("photograph", share),)).told("en")
    assert told.endswith(end)
    assert ("Only" in told) is (share < 0.5)
