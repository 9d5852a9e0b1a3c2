"""How a study collects recordings: its settings for the respondent's page, whether it collects now, and its links."""

import hashlib
import secrets
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import and_, delete, func, insert, select, update

from emoclassify.errors import EmoClassifyError
from emoclassify.job_states import FieldworkState
from emoclassify.jobs.database import Database
from emoclassify.jobs.job import Clock
from emoclassify.jobs.tables import fieldwork, invites

MOST_INVITES = 20_000
"""Of one study."""


class InvitesFullError(EmoClassifyError):
    """The study has as many links as one may have."""


@dataclass(frozen=True)
class Invite:
    """One link. Times are seconds since 1970 (UTC).

    Attributes:
        id: of the invite.
        study_id: of its study.
        respondent: whose link it is; empty: whoever has it, several people.
        most: people who may take part by it.
        created_at: when it was made.
        expires_at: from when on it opens nothing.
        closed_at: when its study's owner closed it; None while it is open.
    """

    id: str
    study_id: str
    respondent: str
    most: int
    created_at: float
    expires_at: float
    closed_at: float | None = None

    def is_over(self, now: float) -> bool:
        """Whether it opens nothing any more."""
        return self.closed_at is not None or now >= self.expires_at


class FieldworkStore:
    """Fieldwork and invites in a database. A token is given once, and only its digest is kept."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def get(self, study_id: str) -> tuple[FieldworkState, dict[str, Any]] | None:
        """State and settings; None where the study does not collect by links."""
        with self._database.reading() as connection:
            row = connection.execute(select(fieldwork).where(fieldwork.c.study_id == study_id)).first()
        return None if row is None else (FieldworkState(row.state), row.settings)

    def set(self, study_id: str, state: FieldworkState, settings: dict[str, Any]) -> None:
        """Replaces both."""
        values = {"state": state.value, "settings": settings}
        with self._database.writing() as connection:
            is_study = fieldwork.c.study_id == study_id
            if not connection.execute(update(fieldwork).where(is_study).values(**values)).rowcount:
                connection.execute(insert(fieldwork).values(study_id=study_id, **values))

    def remove(self, study_id: str) -> None:
        """Removes both, and all invites of the study."""
        with self._database.writing() as connection:
            for table in (invites, fieldwork):
                connection.execute(delete(table).where(table.c.study_id == study_id))

    def add_invites(
        self, study_id: str, people: list[str], *, most: int, expires_at: float
    ) -> list[tuple[Invite, str]]:
        """Makes a link for each person.

        Args:
            study_id: of the study.
            people: whose links they are; an empty name for one of anybody.
            most: people who may take part by each.
            expires_at: from when on they open nothing.

        Returns:
            Each invite with its token, which is not kept.

        Raises:
            InvitesFullError: the study has too many.
        """
        now = self._clock()
        pairs = [
            (Invite(secrets.token_hex(8), study_id, name, most, now, expires_at), secrets.token_urlsafe(24))
            for name in people
        ]
        with self._database.writing() as connection:
            n = connection.scalar(select(func.count()).where(invites.c.study_id == study_id)) or 0
            if n + len(pairs) > MOST_INVITES:
                raise InvitesFullError("invites_full", most=MOST_INVITES)
            connection.execute(insert(invites), [{**asdict(one), "digest": digest_of(token)} for one, token in pairs])
        return pairs

    def invites(self, study_id: str) -> list[Invite]:
        """All links of a study, the oldest first."""
        oldest = select(invites).where(invites.c.study_id == study_id).order_by(invites.c.created_at, invites.c.id)
        with self._database.reading() as connection:
            return [_invite(row) for row in connection.execute(oldest).mappings()]

    def invite_of(self, token: str) -> Invite | None:
        """The link with this token, one that is over too."""
        with self._database.reading() as connection:
            row = connection.execute(select(invites).where(invites.c.digest == digest_of(token))).mappings().first()
        return None if row is None else _invite(row)

    def has_own_link(self, study_id: str, respondent: str) -> bool:
        """Whether somebody has a link of their own that is not over."""
        is_theirs = and_(invites.c.study_id == study_id, invites.c.respondent == respondent)
        with self._database.reading() as connection:
            rows = connection.execute(select(invites).where(is_theirs)).mappings()
            return not all(_invite(row).is_over(self._clock()) for row in rows)

    def close_invite(self, study_id: str, invite_id: str) -> bool:
        """Closes a link; False where there is none that is open."""
        is_open = and_(invites.c.study_id == study_id, invites.c.id == invite_id, invites.c.closed_at.is_(None))
        with self._database.writing() as connection:
            return connection.execute(update(invites).where(is_open).values(closed_at=self._clock())).rowcount > 0


def digest_of(text: str) -> str:
    """What is kept of a token, a secret or a code."""
    return hashlib.sha256(text.encode()).hexdigest()


def _invite(row: Any) -> Invite:
    return Invite(**{name: row[name] for name in Invite.__dataclass_fields__})
