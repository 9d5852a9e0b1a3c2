"""`emoclassify submit`: has a server analyze a folder of recordings. Run again, it continues where it stopped."""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from emoclassify.errors import MediaError
from emoclassify.job_states import ENDED, JobState
from emoclassify.recordings import Recording, Search, find_recordings, printable, recording_of_sides
from emoclassify.remote.client import ApiAwayError, ApiError, Client, Job, failure
from emoclassify.remote.resume import Submission
from emoclassify.remote.terminal_rows import LiveRows

_MOST_PENDING = 64
"""Recordings on the server at a time: they keep as many workers busy, and a long one does not delay the others."""

_FIRST_LOOK_S, _LONGEST_LOOK_S = 0.2, 2.0
_PAUSE_S, _LONGEST_PAUSE_S = 2.0, 60.0
_PATIENCE_S = 600.0
"""How long a server that answered before may stay silent."""

_BUSY, _DENIED, _AWAY = 429, (401, 403), (502, 503, 504)
_MOST_LINES = 20


@dataclass(frozen=True)
class TimeSource:
    """A clock and a way to wait; tests replace both."""

    now_s: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def submit_all(
    paths: Iterable[Path],
    out: Path,
    client: Client,
    fields: dict[str, Any],
    clock: TimeSource | None = None,
    *,
    sides: Mapping[str, Path] | None = None,
) -> int:
    """Sends every recording and fetches its results as soon as they are there. Prints a line for each, and on a
    terminal a table of those under way. With `sides` there is one: the call of these, role -> file.

    Returns:
        How many recordings failed, or are missing.

    Raises:
        UsageError: no recording at all.
        ApiError: the server does not answer (for ten minutes, where it did before), or the key is not right.
        ResultError: the results cannot be written.
    """
    search = Search([recording_of_sides(sides, out)]) if sides else find_recordings(paths, out)
    with LiveRows() as rows:
        batch = _Batch(search.recordings, client, fields, rows, clock or TimeSource())
        while not batch.is_over():
            batch.step()
    for line in (*search.lines(), *batch.summary()):
        print(line, file=sys.stderr, flush=True)
    return len(batch.failures) + search.n_missing


@dataclass
class _PendingJob:
    """A recording that the server is to analyze, and its job as last looked at."""

    submission: Submission
    job: Job
    look_at_s: float
    pause_s: float = _FIRST_LOOK_S


class _Batch:
    """All recordings of one run, and the state of each."""

    def __init__(
        self, recordings: Sequence[Recording], client: Client, fields: dict[str, Any], rows: LiveRows, clock: TimeSource
    ) -> None:
        self._client, self._fields, self._rows, self._clock = client, fields, rows, clock
        self._n, self._queue = len(recordings), deque(recordings)
        self._recordings = f"{self._n} recording{'s' * (self._n != 1)}"
        self._pending_jobs: list[_PendingJob] = []
        self.n_done, self.n_kept = 0, 0
        self.failures: list[str] = []
        self._started_s = self._answered_s = self._send_at_s = clock.now_s()
        self._has_answered, self._trouble = False, ""

    def is_over(self) -> bool:
        return not self._queue and not self._pending_jobs

    def step(self) -> None:
        """Looks at the jobs that are due, then sends one recording or waits."""
        if room := self._rows.room:
            self._rows.show(self._table(room))
        now_s = self._clock.now_s()
        for pending in [pending for pending in self._pending_jobs if pending.look_at_s <= now_s]:
            self._look(pending)
        may_send = self._queue and len(self._pending_jobs) < _MOST_PENDING
        if may_send and self._send_at_s <= now_s:
            self._send(self._queue[0])
        elif times_s := [pending.look_at_s for pending in self._pending_jobs] + [self._send_at_s] * bool(may_send):
            self._clock.sleep(max(min(times_s) - self._clock.now_s(), 0.0))

    def _send(self, recording: Recording) -> None:
        try:
            submission = Submission.of(recording, self._fields)
            if submission.is_fetched():
                self.n_kept += 1
                self._say(recording, f"kept -> {printable(recording.folder)}", sys.stdout)
            else:
                job = submission.hand_in(self._client)
                self._pending_jobs.append(_PendingJob(submission, job, self._clock.now_s()))
                self._note_answer()
                if earlier_id := job.get("same_as"):  # a server of an older version does not say
                    self._say(recording, f"the server has this recording already, as job {earlier_id}", sys.stderr)
        except (ApiError, MediaError) as exc:
            if pause_s := self._pause_s(exc):
                self._send_at_s = self._clock.now_s() + pause_s
                return
            self._fail(recording, exc)
        self._queue.popleft()

    def _look(self, pending: _PendingJob) -> None:
        recording, now_s = pending.submission.recording, self._clock.now_s()
        try:
            pending.job = self._client.get(pending.job["id"])
            if pending.job["state"] in ENDED:
                _raise_where_failed(pending.job)
                pending.submission.fetch(self._client)
            self._note_answer()
        except ApiError as exc:
            if pause_s := self._pause_s(exc):
                pending.look_at_s = now_s + pause_s
                return
            self._pending_jobs.remove(pending)
            pending.submission.forget()
            self._fail(recording, exc)
            return
        if pending.job["state"] in ENDED:
            self._pending_jobs.remove(pending)
            self.n_done += 1
            self._say(recording, f"done -> {printable(recording.folder)}", sys.stdout)
        else:
            pending.look_at_s, pending.pause_s = now_s + pending.pause_s, min(pending.pause_s * 1.5, _LONGEST_LOOK_S)

    def _note_answer(self) -> None:
        self._answered_s, self._has_answered, self._trouble = self._clock.now_s(), True, ""

    def _pause_s(self, exc: Exception) -> float:
        """How long to wait before the same is tried again; 0 where it would be refused again.

        Raises:
            ApiError: trying again will not help, for this recording or any other.
        """
        if not isinstance(exc, ApiError):
            return 0.0
        is_away = isinstance(exc, ApiAwayError) or exc.status in _AWAY
        gives_up = self._clock.now_s() - self._answered_s > _PATIENCE_S or not self._has_answered
        if exc.status in _DENIED or (is_away and gives_up):
            raise exc
        if not is_away and exc.status != _BUSY:
            return 0.0
        if is_away and not self._trouble:
            self._rows.say(f"{exc} Trying again for {_PATIENCE_S / 60:.0f} minutes.")
        self._trouble = str(exc)
        return min(exc.retry_after_s or _PAUSE_S, _LONGEST_PAUSE_S)

    def _fail(self, recording: Recording, exc: Exception) -> None:
        self.failures.append(f"{printable(recording.path)}: {exc}")
        self._say(recording, str(exc), sys.stderr)

    def _say(self, recording: Recording, sentence: str, stream: TextIO) -> None:
        self._rows.say(f"{printable(recording.path)}: {sentence}", stream)

    def _table(self, room: int) -> list[str]:
        """The rows of the terminal: counts, then the pending jobs, the most advanced first."""
        elapsed_s, n_ended = self._clock.now_s() - self._started_s, self.n_done + len(self.failures)
        n_remaining = self._n - self.n_kept - n_ended
        time_left = f", about {_h_mm_ss(elapsed_s / n_ended * n_remaining)} left" if n_ended else ""
        head = [
            f"{self._recordings}: {len(self._queue)} to send, {len(self._pending_jobs)} under way, {self.n_done} done, "
            f"{self.n_kept} kept, {len(self.failures)} failed",
            f"{_h_mm_ss(elapsed_s)} gone{time_left}",
            *([self._trouble] if self._trouble else []),
        ]
        by_progress = sorted(self._pending_jobs, key=lambda pending: -pending.job["progress"]["fraction"])
        return [*head, *(_row(pending) for pending in by_progress[: max(room - len(head), 0)])]

    def summary(self) -> Iterator[str]:
        """The lines at the end: counts, and the failures where their own lines have scrolled away."""
        duration = _h_mm_ss(self._clock.now_s() - self._started_s)
        yield f"{self._recordings}: {self.n_done} done, {self.n_kept} kept, {len(self.failures)} failed, in {duration}."
        if self.failures and self._n > _MOST_LINES:  # their own lines have scrolled away
            yield from (f"  {line}" for line in self.failures[:_MOST_LINES])
            if len(self.failures) > _MOST_LINES:
                yield f"  and {len(self.failures) - _MOST_LINES} more"


def _raise_where_failed(job: Job) -> None:
    if job["state"] != JobState.COMPLETED:
        raise failure(job)


def _row(pending: _PendingJob) -> str:
    job, progress = pending.job, pending.job["progress"]
    stage = f"{progress['fraction']:6.0%} {progress['stage']}" if job["state"] == JobState.RUNNING else ""
    return f"  {job['state']:<10}{stage:<16}{printable(pending.submission.recording.path)}"


def _h_mm_ss(seconds: float) -> str:
    whole_s = round(seconds)
    return f"{whole_s // 3600}:{whole_s // 60 % 60:02d}:{whole_s % 60:02d}"
