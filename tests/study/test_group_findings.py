"""The curves of groups, by any column of the people's table and by what people answered."""

from dataclasses import replace

import numpy as np
import pytest

from emoclassify.study.group_findings import DETRACTORS, HIGH, LEAST_PEOPLE, LOW, NO, PROMOTERS, YES, groups_of
from emoclassify.study.plan import NPS, YES_NO, Outcome, Side
from emoclassify.study.study import Study
from tests.support.panels import made_study


def of_columns(study: Study) -> dict[tuple[str, str, str], int]:
    """Film, column and value -> people."""
    return {(one.stimulus, one.column, one.value): one.n for one in groups_of(study)}


def with_cells(study: Study, outcomes: tuple[Outcome, ...] = (), **columns: list[str]) -> Study:
    """The same people with these columns alone."""
    people = {name: {key: cells[i] for key, cells in columns.items()} for i, name in enumerate(study.participants)}
    return replace(study, participants=people, plan=replace(study.plan, outcomes=outcomes))


def test_a_group_has_the_mean_curve_of_its_own_people() -> None:
    study = with_cells(made_study(12), sex=["women", "men"] * 6)
    panel = study.panel(Side("B"), "happy")
    (women,) = [one for one in groups_of(study) if (one.stimulus, one.value) == ("B", "women")]
    is_woman = [study.participants[name]["sex"] == "women" for name in panel.respondents]
    assert women.n == 6
    assert women.band.mean == pytest.approx(panel.values[is_woman].mean(axis=0))
    assert women.shares.share == pytest.approx((panel.values[is_woman] > study.plan.share_above).mean(axis=0))


def test_a_small_group_is_not_told_and_a_column_of_numbers_or_names_is_none() -> None:
    few = ["Perm"] * (LEAST_PEOPLE - 1) + ["Omsk"] * (12 - LEAST_PEOPLE + 1)
    three = ["a"] * 5 + ["b"] * 5 + [""] * 2
    study = with_cells(made_study(12), city=few, wave=three, age=[str(i) for i in range(12)], same=["x"] * 12)
    assert of_columns(study) == {(film, "wave", value): 5 for film in "AB" for value in "ab"}


def test_answers_make_groups_of_their_kind() -> None:
    outcomes = (Outcome("liking"), Outcome("recommends", NPS), Outcome("left", YES_NO, "B"))
    study = with_cells(
        made_study(12),
        outcomes,
        liking=[str(i) for i in range(12)],
        recommends=["9", "10"] * 3 + ["0", "6"] * 3,
        left=["1"] * 7 + ["0"] * 5,
    )
    groups = of_columns(study)
    assert (groups["A", "liking", HIGH], groups["A", "liking", LOW]) == (6, 6)
    assert (groups["A", "recommends", PROMOTERS], groups["A", "recommends", DETRACTORS]) == (6, 6)
    assert (groups["B", "left", YES], groups["B", "left", NO]) == (7, 5)
    assert ("A", "left", YES) not in groups
    high = next(one for one in groups_of(study) if (one.stimulus, one.value) == ("A", HIGH))
    panel = study.panel(Side("A"), "happy")
    is_high = np.array([float(study.participants[name]["liking"]) > 5.5 for name in panel.respondents])
    assert high.band.mean == pytest.approx(panel.values[is_high].mean(axis=0))


def test_the_same_study_gives_the_same_bands() -> None:
    study = with_cells(made_study(24), sex=["women", "men"] * 12)
    first, second = (list(groups_of(study)) for _ in range(2))
    for one, other in zip(first, second, strict=True):
        assert one.band.low == pytest.approx(other.band.low, abs=0, nan_ok=True)
