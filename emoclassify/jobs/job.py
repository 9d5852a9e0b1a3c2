"""Job: one piece of work that was handed in, and its progress."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from emoclassify.job_states import ENDED, JobState
from emoclassify.words.messages import Message
from emoclassify.words.older_sentences import of_sentence

RECORDING = "recording"
"""The kind of a job that analyzes one recording."""

CALL = "call"
"""The same of a call whose sides are two recordings."""

SCORES = "scores"
"""The same of somebody whose pictures were read one by one: there are readings, and no recording."""

OF_PEOPLE = (RECORDING, CALL, SCORES)
"""The kinds of jobs with an analysis: they are listed together, and a study takes all."""

RENDERING = "rendering"
"""The kind of task that makes outputs of a completed job again."""

STUDY = "study"
"""The kind of a job that computes the results of a study; its option `study` is the id of that."""

DAY_S = 86_400.0

Clock = Callable[[], float]
"""Seconds since 1970 (UTC)."""


USABILITY = "usability"
"""Key of the summary of a job: the verdict on its recording (see `usability.usability_to_dict`)."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One job as the database has it. Times are seconds since 1970 (UTC)."""

    id: str
    kind: str = RECORDING
    """What kind of work was handed in."""
    owner: str
    """The id of the key that handed it in; empty where there are no keys."""
    state: JobState
    name: str
    """The owner's name for the recording: text to show, never a path."""
    size_bytes: int
    sha256: str
    content_type: str
    options: dict[str, Any]
    """The options of the task; for a recording the fields of settings.Options."""
    options_before: dict[str, Any] | None = None
    """Those of its results, while outputs are made again by `options`; else None."""
    tag: str = ""
    group: str = ""
    batch: str = ""
    """The same for all that was handed in together."""
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
    """Seconds of the recording that this stage has processed."""
    total: float | None = None
    fraction: float = 0.0
    elapsed_s: float = 0.0
    """Seconds that the job has run, at the last heartbeat."""
    tries: int = 0
    lease: str = ""
    """Who works on it: the worker's name and a random number for this try."""
    lease_until: float = 0.0
    cancel_asked: bool = False
    error: Message | None = None
    """Why it failed."""
    results: str = ""
    """The folder of the complete results, in the storage."""
    files: list[dict[str, Any]] = field(default_factory=list)
    """name and size_bytes of each result."""
    has_video: bool = False
    duration_s: float | None = None
    """When the recording ends, as read from it."""
    summary: dict[str, Any] | None = None
    """The results in short: see `summary.summary_of`."""

    @property
    def ended(self) -> bool:
        """True for a job that is over, unless it is retried."""
        return self.state in ENDED

    @property
    def is_rendering(self) -> bool:
        """True while outputs of a completed job are made again, or wait for it: its results so far are still there."""
        return self.options_before is not None

    @property
    def task_kind(self) -> str:
        """The kind of task that runs it: a key of `tasks.TASKS`."""
        return RENDERING if self.is_rendering else self.kind

    def fields_at_end(self, state: JobState, now: float) -> dict[str, Any]:
        """The fields to change when it ends now, in one of the states `ENDED`."""
        if self.is_rendering:
            return self._fields_after_rendering(state, now)
        keep_s = max(self.keep_days, 1) * DAY_S  # results are kept for a day even where the upload is not kept at all
        upload_kept = self.upload_kept and self.keep_days > 0
        return {"state": state, "ended_at": now, "expires_at": now + keep_s, "upload_kept": upload_kept, "lease": ""}

    def _fields_after_rendering(self, state: JobState, now: float) -> dict[str, Any]:
        """It was complete, and is so again; without new outputs it has those of before, and their options.

        When it expires was told when it was analyzed, and does not change.
        """
        fields = {"state": JobState.COMPLETED, "ended_at": now, "fraction": 1.0, "lease": "", "cancel_asked": False}
        fields["options_before"] = None
        return fields if state == JobState.COMPLETED else {**fields, "options": self.options_before}


def error_to_text(error: Message | None) -> str:
    """What the database keeps of an error: JSON of code, fields and English text; empty where there is none."""
    return json.dumps(error.to_dict(), ensure_ascii=False) if error else ""


def error_from_text(text: str) -> Message | None:
    """The error that `error_to_text` gave; versions before it kept a plain sentence."""
    if not text:
        return None
    try:
        return Message.from_dict(json.loads(text))
    except (ValueError, KeyError, TypeError):
        return of_sentence(text)


def figures_in(summary: dict[str, Any] | None) -> dict[str, Any] | None:
    """The figures of a summary; None where neither face nor voice could be read."""
    figures = {name: value for name, value in (summary or {}).items() if name != USABILITY}
    return figures or None


def usability_in(summary: dict[str, Any] | None) -> dict[str, Any] | None:
    """The verdict in a summary; None before the end, and of jobs of older versions."""
    return (summary or {}).get(USABILITY)
