"""The process of a worker that opens recordings, and what has to be ready before it is confined."""

import logging
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from emoclassify.child import Child, OnStep
from emoclassify.errors import ModelError, UsageError
from emoclassify.jobs.settings import ServerSettings
from emoclassify.jobs.workplace import Workplace
from emoclassify.networks.cache import cache_folder, fonts_folder
from emoclassify.networks.loaded import LoadedModels
from emoclassify.networks.models import files_of
from emoclassify.networks.recognizers import is_ready
from emoclassify.settings import Options
from emoclassify.stages import STAGES, models_of

logger = logging.getLogger(__name__)

_NICENESS = 10
"""So that the API still answers while an analysis uses every processor."""


def confined_child(settings: ServerSettings, place: Workplace) -> Child:
    """The process that opens the recordings of a worker: it writes in the worker's folder, and reads the models.

    What is made of the models once, and kept for all later starts, is made before by a process that opens no recording:
    a recording that takes over this one must not leave another network for those that come after it.
    """
    sets = option_sets(settings)
    with Child(niceness=_NICENESS) as preparing:
        preparing.call(prepare, sets, on_progress=_ignore)
    brands = {Path(options.brand) for options in sets if options.brand}
    bounds = place.bounds(_files_of_models(sets) | brands, memory_mb=settings.memory_limit_mb)
    child = Child(niceness=_NICENESS, bounds=bounds)
    if limits := child.missing_limits():
        logger.warning("this system cannot confine what opens uploads: %s missing", " and ".join(limits))
    return child


def option_sets(settings: ServerSettings) -> list[Options]:
    """Options that together ask for every model that a job of the API may use."""
    default = Options.read({})
    words = [replace(default, transcribe=True)] if is_ready(default.transcribe_model) else []
    return [default, *words, *(replace(default, expression_model=name) for name in settings.expression_models)]


def prepare(tell: OnStep, sets: Sequence[Options]) -> None:
    """Fills the cache: converts and compiles the networks of all models, and lists the fonts; in a process of its own.

    A model that is missing is left out: the worker is not ready then, and says why.
    """
    from emoclassify.networks.runtime import choose_place

    os.environ["MPLCONFIGDIR"] = str(fonts_folder())
    import matplotlib.font_manager  # noqa: F401  # importing it writes the list

    loaded = LoadedModels()
    for options in sets:
        for kind in dict.fromkeys(kind for stage in STAGES for kind in stage.models):
            with suppress(ModelError, UsageError):
                loaded.get(kind, kind.describe(options), choose_place(options.runtime, options.device))


def _files_of_models(sets: Sequence[Options]) -> set[Path]:
    """What the process reads of the models, and of what was made of them."""
    try:
        return {cache_folder(), *files_of(models_of(*sets))}
    except (ModelError, UsageError):
        return {cache_folder()}  # the models that ship can be read anyway


def _ignore(stage: str, done_s: float, total_s: float | None) -> None:
    """Nobody waits to see it."""
