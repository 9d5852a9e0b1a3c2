"""The states of a job, and of a study that collects by links.

Imports nothing, so that server, client and page can share them.
"""

from enum import StrEnum


class JobState(StrEnum):
    """The state of a job. A new state is a line here, and a text for each language of the page."""

    QUEUED = "queued"
    RUNNING = "running"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELED = "canceled"
    DELETING = "deleting"
    """Being deleted: its files may still be there, and it is shown to nobody."""


ACTIVE = frozenset({JobState.QUEUED, JobState.RUNNING})
ENDED = frozenset({JobState.COMPLETED, JobState.FAILED, JobState.CANCELED})
"""A job in one of these states is over, unless it is retried."""

SHOWN = tuple(state for state in JobState if state in ACTIVE | ENDED)
"""The states that the API shows, in the order of a job's life."""


class FieldworkState(StrEnum):
    """Whether a study collects by links."""

    OPEN = "open"
    PAUSED = "paused"
    CLOSED = "closed"


class Step(StrEnum):
    """How far somebody came who opened a link, in this order."""

    OPENED = "opened"
    CONSENTED = "consented"
    CAMERA = "camera"
    FACE = "face"
    FINISHED = "finished"
    UPLOADED = "uploaded"


INVITED, USABLE = "invited", "usable"
FUNNEL = (INVITED, *map(str, Step), USABLE)
"""All that is counted of the people of a study that collects, in order."""
