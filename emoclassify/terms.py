"""Where a model whose terms forbid commercial use comes in: told where it is chosen, from the model's own terms."""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from emoclassify.declared import Option, Role
from emoclassify.errors import ModelError, UsageError
from emoclassify.networks.loaded import ModelKind
from emoclassify.networks.models import ModelInfo
from emoclassify.settings import Options
from emoclassify.stages import Streams, kinds_of
from emoclassify.words.licences import OF_ITS_MODEL

_SOUND_ALONE = Streams(picture=False, sound=True)


def switched(option: Option, options: Options, *, on: bool) -> Options | None:
    """The options with a flag on or off; None where it does not go with the others."""
    values: dict[str, Any] = {option.name: on}
    try:
        return replace(options, **values)
    except UsageError:
        return None


@cache
def restricted_by(option: Option, options: Options) -> tuple[ModelInfo, ...]:
    """The models not for commercial use that are used because of an option.

    Args:
        option: a flag, or an option that names a model.
        options: all others.
    """
    if option.role is Role.OUTPUTS:
        return ()
    if option.kind is not bool:
        return _restricted((kind for kind in kinds_of(options, _SOUND_ALONE) if kind.option == option.name), options)
    options_on, options_off = switched(option, options, on=True), switched(option, options, on=False)
    if options_on is None or options_off is None:
        return ()
    kinds_off = kinds_of(options_off, Streams())
    return _restricted((kind for kind in kinds_of(options_on, Streams()) if kind not in kinds_off), options_on)


def restricted_in_sound(options: Options) -> tuple[ModelInfo, ...]:
    """The models not for commercial use that read a recording without a picture."""
    return _restricted(kinds_of(options, _SOUND_ALONE), options)


def note_of(option: Option, options: Options) -> str:
    """The sentences in English on the models of `restricted_by`; empty where there are none."""
    return " ".join(OF_ITS_MODEL.format(licence=model.licence) for model in restricted_by(option, options))


def _restricted(kinds: Iterable[ModelKind[Any]], options: Options) -> tuple[ModelInfo, ...]:
    return tuple(model for kind in kinds for model in _described(kind, options) if model.commercial_use is False)


def _described(kind: ModelKind[Any], options: Options) -> tuple[ModelInfo, ...]:
    """The model; none where it is not here, as on a machine that only hands recordings in: its terms are not known."""
    try:
        return (kind.describe(options),)
    except ModelError:
        return ()
