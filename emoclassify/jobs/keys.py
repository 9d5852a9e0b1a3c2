"""Access keys: shown once, stored as a digest only. Several keys may have one owner, who owns the jobs."""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from emoclassify.jobs.database import Database
from emoclassify.jobs.job import Clock
from emoclassify.jobs.scopes import DEFAULT_SCOPES, Scope, scopes_in, text_of
from emoclassify.jobs.tables import keys

_PREFIX = "emo_"


@dataclass(frozen=True, kw_only=True)
class Key:
    """Who may call, what, and how much."""

    id: str
    owner: str
    """Whose jobs it sees: the id of the owner's first key."""
    name: str
    created_at: float
    revoked_at: float | None = None
    expires_at: float | None = None
    """None: never."""
    scopes: frozenset[Scope] = scopes_in(DEFAULT_SCOPES)
    max_upload_mb: int | None = None
    """None: as the server's setting says."""
    submits_per_minute: int | None = None


class KeyStore:
    """Keys in a database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def add(
        self,
        name: str,
        *,
        scopes: Iterable[Scope] = scopes_in(DEFAULT_SCOPES),
        expires_at: float | None = None,
        max_upload_mb: int | None = None,
        submits_per_minute: int | None = None,
    ) -> tuple[Key, str]:
        """Makes a key and its text. The text is returned here only: it is not stored."""
        text, key_id = _new_text(), secrets.token_hex(4)
        key = Key(
            id=key_id,
            owner=key_id,
            name=name,
            created_at=self._clock(),
            expires_at=expires_at,
            scopes=frozenset(scopes),
            max_upload_mb=max_upload_mb,
            submits_per_minute=submits_per_minute,
        )
        with self._database.writing() as connection:
            _insert(connection, key, text)
        return key, text

    def add_given(self, text: str, name: str) -> None:
        """Makes a key with a text that its user chose; does nothing where it is a key already, revoked or not."""
        key_id = secrets.token_hex(4)
        key = Key(id=key_id, owner=key_id, name=name, created_at=self._clock())
        try:
            with self._database.writing() as connection:
                if not connection.scalar(select(func.count()).where(keys.c.digest == _digest(text))):
                    _insert(connection, key, text)
        except IntegrityError:  # another process that started at once was faster
            return

    def rotate(self, key_id: str, *, old_until: float, expires_at: float | None = None) -> tuple[Key, str] | None:
        """Makes a new key in the place of one: of the same owner, with the same scopes and limits.

        Args:
            key_id: of the key in use.
            old_until: until when the old key can still be used, seconds since 1970.
            expires_at: when the new one ends.

        Returns:
            The new key and its text; None where there is no such key in use.
        """
        now = self._clock()
        with self._database.writing() as connection:
            old_key = _first(connection, and_(keys.c.id == key_id, _is_in_use(now)))
            if old_key is None:
                return None
            text = _new_text()
            new_key = replace(old_key, id=secrets.token_hex(4), created_at=now, expires_at=expires_at)
            _insert(connection, new_key, text)
            ends = {"revoked_at": now} if old_until <= now else {"expires_at": _earlier(old_key.expires_at, old_until)}
            connection.execute(update(keys).where(keys.c.id == key_id).values(**ends))
        return new_key, text

    def list(self) -> list[Key]:
        """All keys, those that ended too, oldest first."""
        with self._database.reading() as connection:
            return [_key(row) for row in connection.execute(select(keys).order_by(keys.c.created_at)).mappings()]

    def get(self, key_id: str) -> Key | None:
        """The key of that id, one that has ended too."""
        with self._database.reading() as connection:
            return _first(connection, keys.c.id == key_id)

    def revoke(self, key_id: str) -> bool:
        """Ends a key; False where there is no such key that was not revoked yet."""
        is_key = (keys.c.id == key_id) & keys.c.revoked_at.is_(None)
        with self._database.writing() as connection:
            return connection.execute(update(keys).where(is_key).values(revoked_at=self._clock())).rowcount > 0

    def find(self, text: str) -> Key | None:
        """The key in use that has this text."""
        # No constant-time comparison: how long it takes says nothing useful about a digest of 256 random bits.
        with self._database.reading() as connection:
            return _first(connection, and_(keys.c.digest == _digest(text), _is_in_use(self._clock())))

    def has_key_in_use(self, owner: str) -> bool:
        """Whether an owner can still call."""
        is_owner = func.coalesce(keys.c.owner, keys.c.id) == owner
        with self._database.reading() as connection:
            return _first(connection, and_(is_owner, _is_in_use(self._clock()))) is not None

    def any(self) -> bool:
        """True as soon as one was made, revoked ones too: revoking the last key does not let everybody in."""
        with self._database.reading() as connection:
            return bool(connection.scalar(select(func.count()).select_from(keys)))


def _insert(connection: Connection, key: Key, text: str) -> None:
    row = {**asdict(key), "scopes": text_of(key.scopes), "digest": _digest(text)}
    connection.execute(insert(keys).values(**row))


def _first(connection: Connection, condition: ColumnElement[bool]) -> Key | None:
    row = connection.execute(select(keys).where(condition)).mappings().first()
    return None if row is None else _key(row)


def _key(row: Any) -> Key:
    values = {name: row[name] for name in Key.__dataclass_fields__}
    return Key(**{**values, "owner": row["owner"] or row["id"], "scopes": scopes_in(row["scopes"])})


def _is_in_use(now: float) -> ColumnElement[bool]:
    return and_(keys.c.revoked_at.is_(None), or_(keys.c.expires_at.is_(None), keys.c.expires_at > now))


def _earlier(time_s: float | None, other_s: float) -> float:
    return other_s if time_s is None else min(time_s, other_s)


def _new_text() -> str:
    return _PREFIX + secrets.token_urlsafe(32)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
