"""The process that opens the recordings of a command: it reads these and no other files of the user."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from emoclassify.child import Child
from emoclassify.confine import Bounds
from emoclassify.errors import EmoClassifyError
from emoclassify.kept_networks import keep_networks
from emoclassify.networks.cache import compiled_folder, converted_folder, fonts_folder
from emoclassify.networks.models import files_of
from emoclassify.settings import Options
from emoclassify.stages import models_of


@contextmanager
def confined_child(recordings: Iterable[Path], out: Path, options: Options) -> Iterator[Child]:
    """A process that can read the recordings and the models, and can write below `out` and where converted networks and
    lists of fonts are kept. Compiled networks it can only read."""
    writable = (out, converted_folder(), fonts_folder())
    for folder in writable:
        with suppress(OSError):  # the process says so where it needs it
            folder.mkdir(parents=True, exist_ok=True)
    brands = [Path(options.brand)] if options.brand else []
    with TemporaryDirectory(prefix="emoclassify-") as name:
        bounds = Bounds(Path(name), (*recordings, *brands, compiled_folder()), writable)
        with Child(bounds=bounds, more_readable=lambda: _ready_models(options)) as child:
            yield child


def _ready_models(options: Options) -> set[Path]:
    """The files of the models; finding out takes a quarter of a second, most of it imports.

    Before that the networks are compiled where they were not. The process itself may not keep them: a recording that
    takes it over must not leave another network.
    """
    keep_networks()
    with suppress(EmoClassifyError, OSError):  # said of each recording
        return files_of(models_of(options))
    return set()
