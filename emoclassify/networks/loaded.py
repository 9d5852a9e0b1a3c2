"""The kinds of models, and the models that are in memory."""

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
    """One purpose of models: how to find the model that the options name, and how to load it."""

    describe: Callable[[Options], ModelInfo]
    """Raises ModelError where there is no such model."""
    load: Callable[[ModelInfo, "Place"], M]
    """Raises ModelError where the model is damaged or does not fit."""
    option: str = ""
    """The name of the option that names the model; empty where none does."""

    def open(self, options: Options, place: "Place") -> M:
        """The model that the options name, loaded.

        Raises:
            ModelError: there is no such model, or it is damaged or does not fit.
        """
        return self.load(self.describe(options), place)


class LoadedModels:
    """The last used model of each kind, in memory. For one thread at a time, since models may have state; but several
    threads may each load a kind of their own."""

    def __init__(self) -> None:
        self._by_kind: dict[ModelKind[Any], tuple[ModelInfo, Place, Any]] = {}

    def get(self, kind: ModelKind[M], description: ModelInfo, place: "Place") -> M:
        """The model, loaded unless it is the last used one of its kind and runs in the same place.

        Raises:
            ModelError: it is damaged or does not fit.
        """
        last = self._by_kind.get(kind)
        if last is None or not _is_same(last[0], description) or last[1] != place:
            self._by_kind.pop(kind, None)  # frees its memory before the next one is loaded
            self._by_kind[kind] = last = (description, place, kind.load(description, place))
        model: M = last[2]
        return model


def _is_same(a: ModelInfo, b: ModelInfo) -> bool:
    """Whether both are the same files: a model whose files were replaced differs, even in the same folder."""
    return (a.path, a.files) == (b.path, b.files)
