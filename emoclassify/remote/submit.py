"""`emoclassify submit`: a folder of recordings through a server. Run again, it goes on where it stopped."""

import sys
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from emoclassify.errors import MediaError
from emoclassify.job_states import ENDED, JobState
from emoclassify.recordings import Recording, find_recordings, shown
from emoclassify.remote.client import ApiAwayError, ApiError, Client, Job, failure
from emoclassify.remote.resume import Sent
from emoclassify.remote.terminal_rows import LiveRows

_AHEAD = 64
"""Recordings that the server has at once: as many workers are kept busy, and a long one holds up none of the others."""

_FIRST_LOOK_S, _LONGEST_LOOK_S = 0.2, 2.0
_PAUSE_S, _LONGEST_PAUSE_S = 2.0, 60.0
_PATIENCE_S = 600.0
"""How long a server that answered before may be away."""

_BUSY, _DENIED, _AWAY = 429, (401, 403), (502, 503, 504)
_MOST_TOLD = 20


@dataclass(frozen=True)
class Clock:
    """How time passes; another one in the tests."""

    now_s: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


def submit_all(
    paths: Iterable[Path], out: Path, client: Client, fields: dict[str, Any], clock: Clock | None = None
) -> int:
    """Sends every recording and fetches what was found as it comes; a line each, and on a terminal a table that moves.

    Returns:
        How many failed.

    Raises:
        UsageError: no recording at all.
        ApiError: the server does not answer (for ten minutes, where it did before), or the key is not right.
        ResultError: the results cannot be written.
    """
    recordings, skipped = find_recordings(paths, out)
    with LiveRows() as rows:
        if skipped:
            rows.say(f"{skipped} files without a media ending were skipped.")
        study = _Study(recordings, client, fields, rows, clock or Clock())
        while not study.is_over():
            study.step()
    for line in study.summary():
        print(line, file=sys.stderr, flush=True)
    return len(study.failed)


@dataclass
class _UnderWay:
    """A recording that the server has."""

    sent: Sent
    job: Job
    look_at_s: float
    pause_s: float = _FIRST_LOOK_S


class _Study:
    """All recordings of one run, and how far each is."""

    def __init__(
        self, recordings: Sequence[Recording], client: Client, fields: dict[str, Any], rows: LiveRows, clock: Clock
    ) -> None:
        self._client, self._fields, self._rows, self._clock = client, fields, rows, clock
        self._n, self._waiting = len(recordings), deque(recordings)
        self._recordings = f"{self._n} recording{'s' * (self._n != 1)}"
        self._under_way: list[_UnderWay] = []
        self.done, self.kept, self.failed = 0, 0, list[str]()
        self._started_s = self._answered_s = self._send_at_s = clock.now_s()
        self._was_there, self._trouble = False, ""

    def is_over(self) -> bool:
        return not self._waiting and not self._under_way

    def step(self) -> None:
        """Looks at what is due, then sends one recording or waits."""
        if room := self._rows.room:
            self._rows.show(self._table(room))
        now_s = self._clock.now_s()
        for one in [one for one in self._under_way if one.look_at_s <= now_s]:
            self._look(one)
        may_send = self._waiting and len(self._under_way) < _AHEAD
        if may_send and self._send_at_s <= now_s:
            self._send(self._waiting[0])
        elif times_s := [one.look_at_s for one in self._under_way] + [self._send_at_s] * bool(may_send):
            self._clock.sleep(max(min(times_s) - self._clock.now_s(), 0.0))

    def _send(self, recording: Recording) -> None:
        try:
            sent = Sent.of(recording, self._fields)
            if sent.is_fetched():
                self.kept += 1
                self._say(recording, f"kept -> {shown(recording.folder)}", sys.stdout)
            else:
                self._under_way.append(_UnderWay(sent, sent.hand_in(self._client), self._clock.now_s()))
                self._answered()
        except (ApiError, MediaError) as exc:
            if pause_s := self._pause_s(exc):
                self._send_at_s = self._clock.now_s() + pause_s
                return
            self._fail(recording, exc)
        self._waiting.popleft()

    def _look(self, one: _UnderWay) -> None:
        recording, now_s = one.sent.recording, self._clock.now_s()
        try:
            one.job = self._client.get(one.job["id"])
            if one.job["state"] in ENDED:
                _raise_where_failed(one.job)
                one.sent.fetch(self._client)
            self._answered()
        except ApiError as exc:
            if pause_s := self._pause_s(exc):
                one.look_at_s = now_s + pause_s
                return
            self._under_way.remove(one)
            one.sent.forget()
            self._fail(recording, exc)
            return
        if one.job["state"] in ENDED:
            self._under_way.remove(one)
            self.done += 1
            self._say(recording, f"done -> {shown(recording.folder)}", sys.stdout)
        else:
            one.look_at_s, one.pause_s = now_s + one.pause_s, min(one.pause_s * 1.5, _LONGEST_LOOK_S)

    def _answered(self) -> None:
        self._answered_s, self._was_there, self._trouble = self._clock.now_s(), True, ""

    def _pause_s(self, exc: Exception) -> float:
        """How long to wait before the same is tried again; 0 where it would be refused again.

        Raises:
            ApiError: nothing will come of it, for this recording or another.
        """
        if not isinstance(exc, ApiError):
            return 0.0
        is_away = isinstance(exc, ApiAwayError) or exc.status in _AWAY
        too_long = self._clock.now_s() - self._answered_s > _PATIENCE_S or not self._was_there
        if exc.status in _DENIED or (is_away and too_long):
            raise exc
        if not is_away and exc.status != _BUSY:
            return 0.0
        if is_away and not self._trouble:
            self._rows.say(f"{exc} Trying again for {_PATIENCE_S / 60:.0f} minutes.")
        self._trouble = str(exc)
        return min(exc.retry_after_s or _PAUSE_S, _LONGEST_PAUSE_S)

    def _fail(self, recording: Recording, exc: Exception) -> None:
        self.failed.append(f"{shown(recording.path)}: {exc}")
        self._say(recording, str(exc), sys.stderr)

    def _say(self, recording: Recording, told: str, stream: TextIO) -> None:
        self._rows.say(f"{shown(recording.path)}: {told}", stream)

    def _table(self, room: int) -> list[str]:
        """Counts, then what is under way: that which runs first."""
        gone_s, fetched = self._clock.now_s() - self._started_s, self.done + len(self.failed)
        left = f", about {_h_mm_ss(gone_s / fetched * (self._n - self.kept - fetched))} left" if fetched else ""
        head = [
            f"{self._recordings}: {len(self._waiting)} to send, {len(self._under_way)} under way, {self.done} done, "
            f"{self.kept} kept, {len(self.failed)} failed",
            f"{_h_mm_ss(gone_s)} gone{left}",
            *([self._trouble] if self._trouble else []),
        ]
        by_progress = sorted(self._under_way, key=lambda one: -one.job["progress"]["fraction"])
        return [*head, *(_row(one) for one in by_progress[: max(room - len(head), 0)])]

    def summary(self) -> Iterator[str]:
        """What became of all recordings."""
        took = _h_mm_ss(self._clock.now_s() - self._started_s)
        yield f"{self._recordings}: {self.done} done, {self.kept} kept, {len(self.failed)} failed, in {took}."
        if self.failed and self._n > _MOST_TOLD:  # their lines are far up by now
            yield from (f"  {line}" for line in self.failed[:_MOST_TOLD])
            if len(self.failed) > _MOST_TOLD:
                yield f"  and {len(self.failed) - _MOST_TOLD} more"


def _raise_where_failed(job: Job) -> None:
    if job["state"] != JobState.COMPLETED:
        raise failure(job)


def _row(one: _UnderWay) -> str:
    job = one.job
    done = f"{job['progress']['fraction']:6.0%} {job['progress']['stage']}" if job["state"] == JobState.RUNNING else ""
    return f"  {job['state']:<10}{done:<16}{shown(one.sent.recording.path)}"


def _h_mm_ss(seconds: float) -> str:
    whole = round(seconds)
    return f"{whole // 3600}:{whole // 60 % 60:02d}:{whole % 60:02d}"
