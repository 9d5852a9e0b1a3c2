"""Job: one recording that was handed in, and how far its analysis is."""

from dataclasses import dataclass, field
from typing import Any

QUEUED, RUNNING, COMPLETED, FAILED, CANCELED = "queued", "running", "completed", "failed", "canceled"
STATES = (QUEUED, RUNNING, COMPLETED, FAILED, CANCELED)
ENDED = (COMPLETED, FAILED, CANCELED)

DELETING = "deleting"
"""What a deleted job is until its files are gone; no one is told of it."""

DAY_S = 86_400.0


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job as the database has it. Times are seconds since 1970 (UTC)."""

    id: str
    owner: str
    """The id of the key that handed it in; empty where there are no keys."""
    state: str
    name: str
    """How the recording is called by its owner: data to show, never a path."""
    size_bytes: int
    sha256: str
    content_type: str
    options: dict[str, Any]
    """The fields of settings.Options."""
    tag: str = ""
    group: str = ""
    keep_days: int
    webhook_url: str = ""
    created_at: float
    queued_at: float
    started_at: float | None = None
    ended_at: float | None = None
    expires_at: float
    upload_kept: bool = True
    stage: str = ""
    done: float = 0.0
    """Seconds of the recording that this stage has behind it."""
    total: float | None = None
    fraction: float = 0.0
    elapsed_s: float = 0.0
    """Seconds that the job has run, as last heard of."""
    tries: int = 0
    lease: str = ""
    """Who works on it: the worker's name and a number of its own for this try."""
    lease_until: float = 0.0
    cancel_asked: bool = False
    error: str = ""
    results: str = ""
    """The folder of the whole results, in the storage."""
    files: list[dict[str, Any]] = field(default_factory=list)
    """name and size_bytes of each result."""
    has_video: bool = False
    duration_s: float | None = None
    """Where the recording ends, as read."""
    summary: dict[str, Any] | None = None
    """What was found, in short: see `summary.summarize`."""

    @property
    def ended(self) -> bool:
        """True where nothing more will happen to it by itself."""
        return self.state in ENDED
