"""The states that a job can be in. Imports nothing, so that server, client and page share one list."""

from enum import StrEnum


class JobState(StrEnum):
    """What a job is doing. A new state is a line here, and a text for each language of the page."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"
    DELETING = "deleting"
    """Deleted, but for its files: nobody is shown such a job."""


ACTIVE = frozenset({JobState.QUEUED, JobState.RUNNING})
ENDED = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELED})
"""Nothing more happens to such a job by itself."""

SHOWN = tuple(state for state in JobState if state in ACTIVE | ENDED)
"""What the owner of a job may read as its state, in the order of a job's life."""
