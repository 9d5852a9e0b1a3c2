"""The room in the scratch folder: everything that is being received or packed, together, has one limit."""

import shutil
import threading
from collections import Counter
from pathlib import Path

from api.problems import RETRY_AFTER_S, ProblemError, problem_error
from emoclassify.words.messages import Message


class Scratch:
    """Counts the bytes that calls under way need in the scratch folder."""

    def __init__(self, folder: Path, most_bytes: int, most_bytes_of_one: int) -> None:
        """Nothing is needed yet.

        Args:
            folder: the scratch folder.
            most_bytes: for all calls together.
            most_bytes_of_one: for all calls of one key together.
        """
        self.folder = folder
        self._most_bytes, self._most_bytes_of_one = most_bytes, most_bytes_of_one
        self._lock = threading.Lock()
        self._n_bytes_of_owner: Counter[str] = Counter()

    @property
    def n_bytes(self) -> int:
        """Bytes that are reserved."""
        with self._lock:
            return self._n_bytes_of_owner.total()

    def reserve(self, n_bytes: int, owner: str) -> "Reservation":
        """Sets room aside, until the reservation is closed.

        Args:
            n_bytes: how much.
            owner: whose call it is; empty where no keys are asked for, and then the limit of one does not hold.

        Raises:
            ProblemError: 503 with Retry-After, where others need it; 507, where the disk has no room.
        """
        reservation = Reservation(self, owner)
        reservation.grow(n_bytes)
        return reservation

    def take(self, n_bytes: int, owner: str) -> None:
        """For `Reservation`: counts bytes. Raises as `reserve`."""
        if n_bytes > shutil.disk_usage(self.folder).free:
            raise problem_error(507, "no_room")
        with self._lock:
            is_over = self._n_bytes_of_owner.total() + n_bytes > self._most_bytes
            is_share_over = owner and self._n_bytes_of_owner[owner] + n_bytes > self._most_bytes_of_one
            if is_over or is_share_over:
                raise ProblemError(503, Message("scratch_full"), [("Retry-After", str(RETRY_AFTER_S))])
            self._n_bytes_of_owner[owner] += n_bytes

    def give_back(self, n_bytes: int, owner: str) -> None:
        """For `Reservation`: counts them no more."""
        with self._lock:
            self._n_bytes_of_owner[owner] -= n_bytes
            if not self._n_bytes_of_owner[owner]:
                del self._n_bytes_of_owner[owner]


class Reservation:
    """Room in the scratch folder for one call."""

    def __init__(self, scratch: Scratch, owner: str) -> None:
        self._scratch, self._owner, self.n_bytes = scratch, owner, 0

    def grow(self, n_bytes: int) -> None:
        """Sets more room aside. Raises as `Scratch.reserve`."""
        self._scratch.take(n_bytes, self._owner)
        self.n_bytes += n_bytes

    def close(self) -> None:
        """Gives the room back."""
        n_bytes, self.n_bytes = self.n_bytes, 0
        self._scratch.give_back(n_bytes, self._owner)
