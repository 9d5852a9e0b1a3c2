"""Every knob of the server: its default, its range, and how it is read from EMOCLASSIFY_* once."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import platformdirs

from emoclassify.errors import UsageError
from emoclassify.settings import ENVIRONMENT_PREFIX

Names = tuple[str, ...]

_SHORTEST_KEY = 20
_SECRETS = ("webhook_secret", "api_key", "first_key", "database_url", "broker_url")
"""Settings whose values no message repeats."""


@dataclass(frozen=True, kw_only=True)
class ServerSettings:
    """What the API and its workers share; every field is read from EMOCLASSIFY_<NAME>.

    Raises:
        UsageError: a value outside its range; the message names it.
    """

    data_dir: Path = Path("data")
    """Database, uploads and results; by default the user's data folder."""
    database_url: str = ""
    """Where jobs are kept, as SQLAlchemy writes it; by default an SQLite file in data_dir."""
    storage_url: str = ""
    """Where uploads and results are kept: a folder, or s3://bucket/prefix; by default a folder in data_dir."""
    broker_url: str = ""
    """The Redis of an outside queue, redis://host:6379/0; without one the jobs' database is the queue."""
    gpu_from_mb: int = 0
    """With a broker: uploads at least this large go to workers with a GPU (`worker --gpu`) only; 0: to any."""
    max_upload_mb: int = 2048
    """The largest request."""
    max_queued: int = 1000
    """Jobs that may wait; one more is told to come again."""
    submits_per_minute: int = 600
    """Uploads that one key, or all callers without keys, may send a minute."""
    threads: int = 16
    """Requests answered at once; at most half of them wait for a job (Prefer: wait)."""
    keep_days: int = 7
    """How long a job is kept after its end, where its owner does not say."""
    max_keep_days: int = 30
    """The longest that an owner may ask for."""
    job_limit_s: float = 6 * 3600.0
    """A job that takes longer is ended."""
    memory_limit_mb: int = 6000
    """A job whose process takes more is ended."""
    lease_s: float = 15.0
    """Work whose worker was not heard of for this long is taken up by another."""
    max_tries: int = 3
    """How often a job is begun before it is given up."""
    require_keys: bool = False
    """Ask for a key even while there is none."""
    first_key: str = ""
    """A key of at least 20 letters that the API knows from its first start: for a server that a file sets up."""
    api_key: str = ""
    """The key that the page and `submit` send."""
    expression_models: Names = ("embedded",)
    """The models that a job may name."""
    cors_origins: Names = ()
    """Web pages of other origins that may call, e.g. https://lab.example."""
    allowed_hosts: Names = ()
    """Names under which the server may be called, beside that of this machine and of the address it is bound to."""
    webhook_hosts: Names = ()
    """Hosts that may be told of a job's end; none: webhook_url is refused."""
    webhook_secret: str = ""
    """Signs what is told to them."""

    def __post_init__(self) -> None:
        for name in ("max_upload_mb", "max_queued", "submits_per_minute", "max_keep_days", "job_limit_s", "lease_s"):
            _require(getattr(self, name) > 0, name, "above 0", getattr(self, name))
        _require(self.gpu_from_mb >= 0, "gpu_from_mb", "at least 0", self.gpu_from_mb)
        _require(self.memory_limit_mb >= 500, "memory_limit_mb", "at least 500", self.memory_limit_mb)
        _require(4 <= self.threads <= 256, "threads", "4 to 256", self.threads)
        _require(0 <= self.keep_days <= self.max_keep_days, "keep_days", f"0 to {self.max_keep_days}", self.keep_days)
        _require(1 <= self.max_tries <= 10, "max_tries", "1 to 10", self.max_tries)
        if self.first_key and len(self.first_key) < _SHORTEST_KEY:
            raise UsageError(f"{ENVIRONMENT_PREFIX}FIRST_KEY must have at least {_SHORTEST_KEY} letters.")
        if self.webhook_hosts and len(self.webhook_secret) < 16:
            raise UsageError(
                f"{ENVIRONMENT_PREFIX}WEBHOOK_SECRET must have at least 16 letters: it signs the webhooks."
            )

    @property
    def database(self) -> str:
        """The address of the database."""
        return self.database_url or f"sqlite:///{self.data_dir / 'jobs.sqlite'}"

    @property
    def storage(self) -> str:
        """The address of the storage."""
        return self.storage_url or str(self.data_dir / "storage")

    @property
    def scratch(self) -> Path:
        """Where files lie while they are made or received."""
        return self.data_dir / "scratch"

    @property
    def max_upload_bytes(self) -> int:
        """The largest request."""
        return self.max_upload_mb * 1024**2

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> "ServerSettings":
        """Settings from EMOCLASSIFY_<NAME>, else the defaults."""
        values: dict[str, Any] = {"data_dir": Path(platformdirs.user_data_path("emoclassify"))}
        for field in fields(cls):
            text = environ.get(ENVIRONMENT_PREFIX + field.name.upper(), "").strip()
            if text:
                values[field.name] = _parse(field.name, field.type, text)
        return cls(**values)


def _require(holds: bool, name: str, wanted: str, value: object) -> None:
    if not holds:
        raise UsageError(f"{ENVIRONMENT_PREFIX}{name.upper()} must be {wanted}, but is {value}.")


def _parse(name: str, kind: Any, text: str) -> Any:
    readers: dict[Any, Callable[[str], Any]] = {
        int: int,
        float: float,
        bool: _flag,
        str: str,
        Path: lambda given: Path(given).absolute(),
        Names: lambda given: tuple(part.strip() for part in given.split(",") if part.strip()),
    }
    try:
        return readers[kind](text)
    except (ValueError, KeyError) as exc:
        told = "a value" if name in _SECRETS else f"the value '{text}'"
        raise UsageError(f"{ENVIRONMENT_PREFIX}{name.upper()} has {told}, which does not fit.") from exc


def _flag(text: str) -> bool:
    return {"true": True, "1": True, "yes": True, "on": True, "false": False, "0": False, "no": False, "off": False}[
        text.lower()
    ]
