"""No speaker is on two sides."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.errors import UsageError
from voice_model.corpora import Clip
from voice_model.splits import FOLDS, clips_for, companions, folds_of, split

pytestmark = pytest.mark.whole


@given(
    sizes=st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(1, 23), min_size=1),
    fold=st.integers(0, FOLDS - 1),
)
def test_no_speaker_is_on_two_sides(sizes: dict[str, int], fold: int) -> None:
    clips = [
        Clip(Path(f"{corpus}{speaker}{take}"), corpus, f"{corpus}/{speaker}", "sad")
        for corpus, speakers in sizes.items()
        for speaker in range(speakers)
        for take in range(2)
    ]
    sides = split(clips, fold=fold)
    heard, chosen, tested = ({clip.speaker for clip in side} for side in (sides.train, sides.validation, sides.test))
    assert len(heard) + len(chosen) + len(tested) == len(heard | chosen | tested)
    assert len(sides.train) + len(sides.validation) + len(sides.test) == len(clips)
    for corpus, speakers in sizes.items():
        assert any(clip.corpus == corpus for clip in sides.test) == (speakers >= max(3, fold + 1))
        assert any(clip.corpus == corpus for clip in sides.validation) == (speakers >= 3)
    for clip, company in zip(clips, companions(clips), strict=True):
        side = next(side for side in (heard, chosen, tested) if clip.speaker in side)
        assert {other.speaker for other in company} <= side - {clip.speaker}


def clips_of(speakers: int) -> list[Clip]:
    return [Clip(Path(str(speaker)), "a", f"a/{speaker:02}", "sad") for speaker in range(speakers)]


@pytest.mark.parametrize("speakers", [3, 4, 5, 6, 13])
def test_each_speaker_is_tested_once_over_the_folds(speakers: int) -> None:
    clips = clips_of(speakers)
    tested = Counter(clip.speaker for fold in range(FOLDS) for clip in split(clips, fold=fold).test)
    assert tested == {clip.speaker: 1 for clip in clips}


@pytest.mark.parametrize(("speakers", "folds"), [(3, 3), (4, 4), (5, 5), (13, 5)])
def test_each_tested_fold_has_somebody(speakers: int, folds: int) -> None:
    clips = clips_of(speakers)
    assert folds_of(clips) == range(folds)
    assert all(clips_for(clips, "test", fold) for fold in range(folds))
    for fold in range(folds, FOLDS):
        with pytest.raises(UsageError, match=f"nobody is kept for test in fold {fold}"):
            clips_for(clips, "test", fold)


@pytest.mark.parametrize("speakers", [1, 2])
def test_too_few_speakers_for_a_test_are_told(speakers: int) -> None:
    with pytest.raises(UsageError, match="three speakers"):
        folds_of(clips_of(speakers))
    with pytest.raises(UsageError, match="nobody is kept for validation"):
        clips_for(clips_of(speakers), "validation", 0)


def test_speakers_are_dealt_in_turn() -> None:
    # As the published figures were measured: another dealing would be measured on other speakers.
    for fold in range(FOLDS):
        sides = split(clips_of(12), fold=fold)
        assert [clip.path.name for clip in sides.test] == [str(n) for n in range(12) if n % 5 == fold]
        assert [clip.path.name for clip in sides.validation] == [str(n) for n in range(12) if n % 5 == (fold + 1) % 5]


def test_a_random_split_is_refused_with_the_reason() -> None:
    with pytest.raises(UsageError, match=r"same voices.*0\.87.*0\.32"):
        split([], by="random")
