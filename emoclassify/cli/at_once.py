"""Does the recordings of a command with several processes at once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from queue import SimpleQueue

from emoclassify.child import Child
from emoclassify.cli.confined import confined_child
from emoclassify.errors import EmoClassifyError
from emoclassify.recordings import Recording
from emoclassify.settings import Options

Outcome = str | EmoClassifyError
"""What became of a recording in one word, or why it failed."""


def outcomes(
    recordings: Sequence[Recording],
    out: Path,
    options: Options,
    do: Callable[[Child, Recording], str],
    n_processes: int,
    meanwhile: Callable[[], None] = lambda: None,
) -> Iterator[tuple[Recording, Outcome]]:
    """Yields each recording with what became of it, in their order, while later ones are being done.

    Args:
        recordings: each is done once.
        out: the folder that the processes may write below.
        options: of the analysis.
        do: does one recording in a process; called by several threads.
        n_processes: how many are done at once, at least 1; each process does one at a time.
        meanwhile: called once, while the first recordings are being done.
    """
    children = SimpleQueue[Child]()

    def do_one(recording: Recording) -> Outcome:
        child = children.get()
        try:
            return do(child, recording)
        except EmoClassifyError as exc:
            return exc
        finally:
            children.put(child)

    with ExitStack() as stack:
        for _ in range(n_processes):
            children.put(stack.enter_context(confined_child((one.path for one in recordings), out, options)))
        pool = ThreadPoolExecutor(n_processes)
        # Does not wait: after Ctrl-C the processes, closed next, end what the threads are at.
        stack.callback(pool.shutdown, wait=False, cancel_futures=True)
        results = pool.map(do_one, recordings)
        meanwhile()
        yield from zip(recordings, results, strict=True)
