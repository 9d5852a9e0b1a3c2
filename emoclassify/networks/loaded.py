"""Kinds of models, and the networks in memory that they become."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar

from emoclassify.networks.models import ModelInfo
from emoclassify.settings import Options

if TYPE_CHECKING:  # it is not needed before a model is loaded, and importing it takes 20 ms
    from emoclassify.networks.runtime import Place


class LoadedModel(Protocol):
    """A model in memory, ready to be called."""

    runtime: str
    """What runs it, for people and for analysis.json."""


M = TypeVar("M", bound=LoadedModel)


@dataclass(frozen=True)
class ModelKind(Generic[M]):
    """What a model is for: which one the options ask for, and how it is loaded."""

    describe: Callable[[Options], ModelInfo]
    """Raises ModelError where there is no such model."""
    load: Callable[[ModelInfo, "Place"], M]
    """Raises ModelError where the model is damaged or does not fit."""

    def open(self, options: Options, place: "Place") -> M:
        """The model that the options ask for, loaded.

        Raises:
            ModelError: there is no such model, or it is damaged or does not fit.
        """
        return self.load(self.describe(options), place)


class LoadedModels:
    """Of each kind the model that was asked for last, in memory. For one thread at a time: models may have state."""

    def __init__(self) -> None:
        self._by_kind: dict[ModelKind[Any], tuple[ModelInfo, Place, Any]] = {}

    def get(self, kind: ModelKind[M], described: ModelInfo, place: "Place") -> M:
        """The model, loaded unless it is the last of its kind, in the same place.

        Raises:
            ModelError: it is damaged or does not fit.
        """
        last = self._by_kind.get(kind)
        if last is None or not _is_same(last[0], described) or last[1] != place:
            self._by_kind.pop(kind, None)  # gives its memory back before the next one takes more
            self._by_kind[kind] = last = (described, place, kind.load(described, place))
        model: M = last[2]
        return model


def _is_same(one: ModelInfo, other: ModelInfo) -> bool:
    """A model whose files were replaced is another one, though it lies in the same folder."""
    return (one.path, one.files) == (other.path, other.files)
