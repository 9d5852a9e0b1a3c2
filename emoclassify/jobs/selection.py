"""Which outputs of a completed job can be made by other options. Loads nothing that draws or reads."""

from emoclassify.jobs.job import Job
from emoclassify.outputs.names import ANNOTATED
from emoclassify.settings import Options

_SELECTING = ("graph", "xlsx", "annotate", "report")
"""The options that say which files there are, and nothing of what is in them."""


def differ_in_selection_only(options: Options, other: Options) -> bool:
    """Whether a file that both ask for is the same by both."""
    before, now = options.to_dict(), other.to_dict()
    return all(before[name] == now[name] for name in before if name not in _SELECTING)


def needs_recording(job: Job, options: Options) -> bool:
    """Whether outputs by these options can be made of the recording of a completed job alone."""
    if not (options.annotate and job.has_video):
        return False
    is_there = ANNOTATED in {file["name"] for file in job.files}
    return not (is_there and differ_in_selection_only(Options.from_dict(job.options), options))
