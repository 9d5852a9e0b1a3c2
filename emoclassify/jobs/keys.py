"""Access keys: shown once, stored as a digest only."""

import hashlib
import secrets
from dataclasses import dataclass

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from emoclassify.jobs.database import Database
from emoclassify.jobs.job import Clock
from emoclassify.jobs.tables import keys

_PREFIX = "emo_"


@dataclass(frozen=True, kw_only=True)
class Key:
    """Who may call, and how much."""

    id: str
    name: str
    created_at: float
    revoked_at: float | None = None
    max_upload_mb: int | None = None
    """None: as the server's setting says."""
    submits_per_minute: int | None = None


class KeyStore:
    """Keys in a database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def add(
        self, name: str, *, max_upload_mb: int | None = None, submits_per_minute: int | None = None
    ) -> tuple[Key, str]:
        """Makes a key and its text. The text is returned here only: it is not stored."""
        text = _PREFIX + secrets.token_urlsafe(32)
        key = Key(
            id=secrets.token_hex(4),
            name=name,
            created_at=self._clock(),
            max_upload_mb=max_upload_mb,
            submits_per_minute=submits_per_minute,
        )
        with self._database.writing() as connection:
            connection.execute(insert(keys).values(**vars(key), digest=_digest(text)))
        return key, text

    def add_given(self, text: str, name: str) -> None:
        """Makes a key with a text that its user chose; does nothing where it is a key already, revoked or not."""
        row = {"id": secrets.token_hex(4), "name": name, "created_at": self._clock(), "digest": _digest(text)}
        try:
            with self._database.writing() as connection:
                if not connection.scalar(select(func.count()).where(keys.c.digest == row["digest"])):
                    connection.execute(insert(keys).values(**row))
        except IntegrityError:  # another process that started at once was faster
            return

    def list(self) -> list[Key]:
        """All keys, revoked ones too, oldest first."""
        columns = [keys.c[name] for name in Key.__dataclass_fields__]
        with self._database.reading() as connection:
            rows = connection.execute(select(*columns).order_by(keys.c.created_at)).mappings()
            return [Key(**row) for row in rows]

    def revoke(self, key_id: str) -> bool:
        """Ends a key; False where there is no such key in use."""
        in_use = (keys.c.id == key_id) & keys.c.revoked_at.is_(None)
        with self._database.writing() as connection:
            return connection.execute(update(keys).where(in_use).values(revoked_at=self._clock())).rowcount > 0

    def find(self, text: str) -> Key | None:
        """The key in use that has this text."""
        columns = [keys.c[name] for name in Key.__dataclass_fields__]
        # No constant-time comparison: how long it takes says nothing useful about a digest of 256 random bits.
        in_use = (keys.c.digest == _digest(text)) & keys.c.revoked_at.is_(None)
        with self._database.reading() as connection:
            row = connection.execute(select(*columns).where(in_use)).mappings().first()
        return None if row is None else Key(**row)

    def any(self) -> bool:
        """True as soon as one was made, revoked ones too: revoking the last key does not let everybody in."""
        with self._database.reading() as connection:
            return bool(connection.scalar(select(func.count()).select_from(keys)))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
