"""The facts of a model: its terms, its checksums, how good it is. Imports nothing that runs one."""

from dataclasses import asdict, dataclass, replace
from typing import Any


@dataclass(frozen=True)
class SetScores:
    """How good a model is on one set of labelled data that it did not learn from.

    Attributes:
        set: the set's name.
        n: how many samples it has.
        people: how many people the samples are of; None where unknown.
        accuracy: share of samples named as their labels do, 0..1.
        macro_f1: mean F1 over the labels, 0..1.
        uar: mean recall over the labels, 0..1.
        ece: expected calibration error, 0..1.
        log_loss: mean of -ln(score of the true label).
        interval_95: name of a figure -> (low, high).
        labels: names of the rows and columns of `confusion`.
        confusion: counts; rows are the truth, columns what the model said.
    """

    set: str
    n: int
    people: int | None
    accuracy: float
    macro_f1: float
    uar: float
    ece: float
    log_loss: float
    interval_95: dict[str, tuple[float, float]]
    labels: tuple[str, ...]
    confusion: tuple[tuple[int, ...], ...]

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "SetScores":
        """What was written as JSON."""
        intervals = {name: (low, high) for name, (low, high) in content["interval_95"].items()}
        labels, confusion = tuple(content["labels"]), tuple(map(tuple, content["confusion"]))
        return cls(**{**content, "interval_95": intervals, "labels": labels, "confusion": confusion})

    @property
    def chose_settings(self) -> bool:
        """True where settings of the model were chosen by this set."""
        return "validation" in self.set


@dataclass(frozen=True)
class ModelScores:
    """How good a model is.

    Attributes:
        validation_log_loss: its weight in a joint score is computed from it; None where unknown.
        sets: one for each set of labelled data.
    """

    validation_log_loss: float | None
    sets: tuple[SetScores, ...]

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "ModelScores":
        """What was written as JSON."""
        return cls(content["validation_log_loss"], tuple(map(SetScores.from_dict, content["sets"])))

    @property
    def tested(self) -> tuple[SetScores, ...]:
        """The sets by which no setting of the model was chosen; all sets where there are none of these."""
        return tuple(scores for scores in self.sets if not scores.chose_settings) or self.sets


@dataclass(frozen=True)
class ModelUsed:
    """A model as an analysis used it.

    Attributes:
        name: of the model.
        purpose: what it does.
        licence: its terms.
        commercial_use: False where the terms forbid it; None where unknown.
        files: file name -> sha256 (hex).
        scores: how good it is; None where not recorded.
        runtime: what ran it, e.g. "openvino 2026.4.1, cpu, bf16".
    """

    name: str
    purpose: str
    licence: str
    commercial_use: bool | None
    files: dict[str, str]
    scores: ModelScores | None
    runtime: str

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON values."""
        return dict(_with_lists(asdict(self)))

    @classmethod
    def from_dict(cls, content: dict[str, Any]) -> "ModelUsed":
        """The model that `to_dict` made these values from."""
        scores = content["scores"]
        return cls(**{**content, "scores": None if scores is None else ModelScores.from_dict(scores)})

    def is_same_model(self, other: "ModelUsed") -> bool:
        """True where weights and terms are the same, whatever ran them."""
        return replace(self, runtime="") == replace(other, runtime="")


def _with_lists(value: Any) -> Any:
    """The same value with lists for tuples, as in JSON."""
    if isinstance(value, dict):
        return {name: _with_lists(item) for name, item in value.items()}
    return [_with_lists(item) for item in value] if isinstance(value, tuple | list) else value
