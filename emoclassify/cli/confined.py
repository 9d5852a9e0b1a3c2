"""The process that opens the recordings of a command: it reads these and no other files of the user."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from emoclassify.child import Child
from emoclassify.confine import Bounds
from emoclassify.errors import EmoClassifyError
from emoclassify.networks.models import files_of
from emoclassify.settings import Options
from emoclassify.stages import models_of


@contextmanager
def confined_child(recordings: Iterable[Path], out: Path, options: Options) -> Iterator[Child]:
    """A process that can read the recordings and the models, and can write below `out` and in the cache of networks."""
    from emoclassify.networks.runtime import cache_folder  # here, since importing it takes long

    writable = (out, cache_folder())
    for folder in writable:
        with suppress(OSError):  # the process says so where it needs it
            folder.mkdir(parents=True, exist_ok=True)
    models = set[Path]()
    with suppress(EmoClassifyError, OSError):  # said of each recording
        models = files_of(models_of(options))
    brands = [Path(options.brand)] if options.brand else []
    with (
        TemporaryDirectory(prefix="emoclassify-") as name,
        Child(bounds=Bounds(Path(name), (*recordings, *models, *brands), writable)) as child,
    ):
        yield child
