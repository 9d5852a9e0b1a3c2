"""The audit log of the API: who called what about which job, and who tried without a key. Never names or contents.

One file a day in a folder of its own, one JSON object a line, kept for some days. It is no table of the database: it
must not wait for other writers, and a full disk must not stop the calls that make room.
"""

import json
import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from emoclassify.jobs.job import DAY_S, Clock

logger = logging.getLogger(__name__)

_TOGETHER_S = 60.0
"""Equal calls that read or were refused are written once in this time, with their number: pages ask again and again."""

_MOST_TOGETHER = 10_000
"""Calls that are remembered for that."""

_READING = ("GET", "HEAD")
_NO_KEY = 401


@dataclass(frozen=True, kw_only=True)
class Call:
    """One call of the API."""

    key: str
    """The id of the key; empty without one, or with a wrong one."""
    address: str
    """Where it came from: behind a proxy, the proxy's."""
    method: str
    route: str
    """As the program knows it, with <job_id> in the place of an id."""
    job: str
    """The id of the job; empty where there is none."""
    status: int

    @property
    def is_repeatable(self) -> bool:
        """Whether equal ones may be counted together: it changed nothing."""
        return self.method in _READING or self.status == _NO_KEY


class AuditLog:
    """Writes calls to files. Several threads may use it, and several processes the same folder."""

    def __init__(self, folder: Path, keep_days: int, clock: Clock) -> None:
        """Writes nothing yet.

        Args:
            folder: where the files go; made where it is missing.
            keep_days: how long they are kept; 0: nothing is written.
            clock: seconds since 1970.
        """
        self._folder, self._keep_days, self._clock = folder, keep_days, clock
        self._lock = threading.Lock()
        self._counts: dict[Call, tuple[float, int]] = {}
        """Repeatable call -> when it was last written, and how often it came since."""
        self._day = ""

    def note(self, call: Call) -> None:
        """Writes a call; where that cannot be, the log of the program says so and the call is answered all the same."""
        if not self._keep_days:
            return
        now = self._clock()
        with self._lock:
            n_calls = self._n_to_write(call, now) if call.is_repeatable else 1
        if not n_calls:
            return
        try:
            self._write({"time": _time(now), **asdict(call), "calls": n_calls}, now)
        except OSError as exc:
            logger.warning("the audit log cannot be written: %s", exc.strerror or type(exc).__name__)

    def _n_to_write(self, call: Call, now: float) -> int:
        """How many equal calls a line stands for, this one included; 0 where it is only counted for a later line."""
        written_s, n_since = self._counts.get(call, (-_TOGETHER_S, 0))
        if abs(now - written_s) < _TOGETHER_S:
            self._counts[call] = (written_s, n_since + 1)
            return 0
        if len(self._counts) >= _MOST_TOGETHER:
            self._counts.clear()
        self._counts[call] = (now, 0)
        return n_since + 1

    def _write(self, line: dict[str, object], now: float) -> None:
        day = _time(now)[:10]
        if day != self._day:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._remove_old(now)
            self._day = day
        file_fd = os.open(self._folder / f"{day}.jsonl", os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(file_fd, json.dumps(line).encode() + b"\n")  # whole, also beside other processes
        finally:
            os.close(file_fd)

    def _remove_old(self, now: float) -> None:
        first_day = _time(now - self._keep_days * DAY_S)[:10]
        for path in self._files():
            if path.stem <= first_day:
                path.unlink(missing_ok=True)

    def _files(self) -> Iterator[Path]:
        return self._folder.glob("????-??-??.jsonl")


def _time(now: float) -> str:
    return datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
