"""The settings of the server: each declared once, here, with its default, its range and what it means."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import platformdirs

from emoclassify.declared import Names, Range, Setting, declarations, declare, out_of_range, read_environment
from emoclassify.errors import UsageError
from emoclassify.listen.settings import ListenSettings

_SHORTEST_KEY = 20
_SHORTEST_SECRET = 16
_ABOVE_ZERO = Range(above=0)


@dataclass(frozen=True, kw_only=True)
class ServerSettings(ListenSettings):
    """What the API and its workers share; every field is read from EMOCLASSIFY_<NAME>.

    Raises:
        UsageError: a value outside its range; the message names it.
    """

    data_dir: Path = declare(
        Path("data"), Setting(help="Database, uploads and results; by default the user's data folder.")
    )
    database_url: str = declare(
        "",
        Setting(
            help="Where jobs are kept, as SQLAlchemy writes it; by default an SQLite file in data_dir.", secret=True
        ),
    )
    storage_url: str = declare(
        "",
        Setting(
            help="Where uploads and results are kept: a folder, or s3://bucket/prefix; by default a folder in data_dir."
        ),
    )
    broker_url: str = declare(
        "",
        Setting(
            help="The Redis of an outside queue, redis://host:6379/0; without one the jobs' database is the queue.",
            secret=True,
        ),
    )
    gpu_from_mb: int = declare(
        0,
        Setting(
            help="With a broker: uploads at least this large go to workers with a GPU (`worker --gpu`) only; "
            "0: to any.",
            range=Range(at_least=0),
        ),
    )
    max_upload_mb: int = declare(2048, Setting(help="The largest request.", range=_ABOVE_ZERO))
    receiving_mb: int = declare(
        0,
        Setting(
            help="The room for what is being received or packed at one time, of which one key takes half at most; a "
            "call for which none is left is told to come again. 0: four times the largest request.",
            range=Range(at_least=0),
        ),
    )
    reserve_mb: int = declare(
        100,
        Setting(
            help="Uploads are refused that would leave less room on the disk of the files or of the database.",
            range=Range(at_least=0),
        ),
    )
    max_queued: int = declare(
        1000, Setting(help="Jobs that may wait; one more is told to come again.", range=_ABOVE_ZERO)
    )
    max_queued_per_key: int = declare(
        500,
        Setting(help="Jobs of one key that may wait; one more is told to come again.", range=_ABOVE_ZERO),
    )
    max_running_per_key: int = declare(
        0,
        Setting(
            help="Jobs of one key, or of all callers without keys, that run at once; 0: any number.",
            range=Range(at_least=0),
        ),
    )
    max_length_s: float = declare(
        4 * 3600.0, Setting(help="The length of the longest recording that is analyzed.", range=_ABOVE_ZERO)
    )
    submits_per_minute: int = declare(
        600,
        Setting(help="Uploads that one key, or all callers without keys, may send a minute.", range=_ABOVE_ZERO),
    )
    threads: int = declare(
        16,
        Setting(
            help="Requests answered at once; at most half of them wait for a job (Prefer: wait).",
            range=Range(at_least=4, at_most=256),
        ),
    )
    keep_days: int = declare(7, Setting(help="How long a job is kept after its end, where its owner does not say."))
    max_keep_days: int = declare(30, Setting(help="The longest that an owner may ask for.", range=_ABOVE_ZERO))
    job_limit_s: float = declare(6 * 3600.0, Setting(help="A job that takes longer is ended.", range=_ABOVE_ZERO))
    job_s_per_mb: float = declare(
        120.0,
        Setting(
            help="A job may take half an hour, and this long for each MB of its upload; never longer than job_limit_s.",
            range=_ABOVE_ZERO,
        ),
    )
    memory_limit_mb: int = declare(
        6000, Setting(help="A job whose process takes more is ended.", range=Range(at_least=500))
    )
    lease_s: float = declare(
        15.0,
        Setting(help="Work whose worker was not heard of for this long is taken up by another.", range=_ABOVE_ZERO),
    )
    max_tries: int = declare(
        3, Setting(help="How often a job is begun before it is given up.", range=Range(at_least=1, at_most=10))
    )
    audit_days: int = declare(
        90,
        Setting(
            help="How long it is kept who called what about which job (data_dir/audit); 0: not at all.",
            range=Range(at_least=0),
        ),
    )
    require_keys: bool = declare(False, Setting(help="Ask for a key even while there is none."))
    first_key: str = declare(
        "",
        Setting(
            help="A key of at least 20 letters that the API knows from its first start: for a server that a "
            "file sets up.",
            secret=True,
        ),
    )
    api_key: str = declare("", Setting(help="The key that the page and `submit` send.", secret=True))
    expression_models: Names = declare(("embedded",), Setting(help="The models that a job may name."))
    cors_origins: Names = declare(
        (), Setting(help="Web pages of other origins that may call, e.g. https://lab.example.")
    )
    webhook_hosts: Names = declare(
        (), Setting(help="Hosts that may be told of a job's end; none: webhook_url is refused.")
    )
    webhook_secret: str = declare("", Setting(help="Signs what is told to them.", secret=True))

    def __post_init__(self) -> None:
        super().__post_init__()
        by_name = {setting.name: setting for setting in settings_of(type(self))}
        if not 0 <= self.keep_days <= self.max_keep_days:
            raise out_of_range(
                by_name["keep_days"].variable, str(Range(at_least=0, at_most=self.max_keep_days)), self.keep_days
            )
        if self.first_key and len(self.first_key) < _SHORTEST_KEY:
            raise UsageError("secret_too_short", field=by_name["first_key"].variable, least=_SHORTEST_KEY)
        if self.webhook_hosts and len(self.webhook_secret) < _SHORTEST_SECRET:
            variable = by_name["webhook_secret"].variable
            raise UsageError("webhook_secret_too_short", field=variable, least=_SHORTEST_SECRET)

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
        """The folder of files that are being made or received."""
        return self.data_dir / "scratch"

    @property
    def workers(self) -> Path:
        """The folder of the workers' folders."""
        return self.data_dir / "workers"

    @property
    def audit(self) -> Path:
        """The folder of the audit log."""
        return self.data_dir / "audit"

    @property
    def max_upload_bytes(self) -> int:
        """The largest request."""
        return self.max_upload_mb * 1024**2

    @property
    def receiving_bytes(self) -> int:
        """The room for what is being received or packed at one time: enough for the largest request."""
        return max(self.receiving_mb or 4 * self.max_upload_mb, self.max_upload_mb) * 1024**2

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """Settings from EMOCLASSIFY_<NAME>, else the defaults."""
        defaults = {"data_dir": platformdirs.user_data_path("emoclassify")}
        return cls(**{**defaults, **read_environment(settings_of(cls), environ)})


def settings_of(holder: type[ServerSettings] = ServerSettings) -> tuple[Setting, ...]:
    """The declaration of each setting, in their order."""
    return declarations(holder, Setting)
