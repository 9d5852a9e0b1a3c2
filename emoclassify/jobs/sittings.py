"""Who sat before the respondent's page: how far each came, what they agreed to, and what the page saw."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import chain
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, func, insert, select, update

from emoclassify.job_states import Step
from emoclassify.jobs.database import Database
from emoclassify.jobs.fieldwork import digest_of
from emoclassify.jobs.job import DAY_S, Clock
from emoclassify.jobs.queries import has_failed
from emoclassify.jobs.store import StateConflictError
from emoclassify.jobs.tables import sittings

_STEPS = tuple(Step)


class Stop(StrEnum):
    """Why somebody goes no further."""

    DECLINED = "declined"
    NO_CAMERA = "no_camera"
    NO_FACE = "no_face"
    CELL_FULL = "cell_full"
    """Enough people with answers like theirs take part already."""
    NO_CELL = "no_cell"
    """The study looks for people with other answers."""
    BROKEN_OFF = "broken_off"
    """The page was closed or loaded anew while it recorded; what there was is sent all the same."""
    LOST = "lost"
    """The recording never came in whole, and was given up."""
    WITHDRAWN = "withdrawn"
    """All of it was deleted."""
    EXPIRED = "expired"
    """The same, when the time was over that the person was told."""


OF_THE_PAGE = (Stop.DECLINED, Stop.NO_CAMERA, Stop.NO_FACE, Stop.BROKEN_OFF)
"""Reasons that the page itself may give."""

OF_THE_CELLS = (Stop.CELL_FULL, Stop.NO_CELL)
"""Reasons by the answers before the films."""

ACTIVE_S = 1800.0
"""Somebody of whom nothing was heard for so long has left."""

_GONE_S = 120.0
"""Somebody of whom nothing was heard for so long may begin anew, on another device."""

_ARRIVES_S = DAY_S
"""Whose recording is not whole so long after they were heard of last: it was given up (uploads.FORGET_AFTER_S), and
another may have their place. Else whoever says to have seen the films, and sends nothing, would keep it for good."""

_MOST_BEGUN, _BEGUN_FOR_EACH = 10_000, 2
"""People without a recording that are kept of one link, and for each who may take part by it, whichever is more.
Whoever opens a link on and on does not fill the database: those of whom nothing was heard for longest go first."""

_UNAGREED_KEEP_S = 30 * DAY_S
"""How long it is kept who opened the page and agreed to nothing."""

CODE_LETTERS, CODE_LENGTH = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789", 16
"""Of the code that takes a consent back: 80 random bits, which nobody guesses (api/respondents.py)."""

_PERSONAL: dict[str, Any] = {
    **{"respondent": "", "digest": "", "code_digest": ""},
    **{"consent": {}, "films": [], "answers": {}, "witness": {}},
}


@dataclass(frozen=True, kw_only=True)
class Sitting:
    """One person before the page. Times are seconds since 1970 (UTC).

    Attributes:
        id: becomes that of the upload and of its job.
        study_id: of the study.
        invite_id: of the link.
        respondent: who, in the tables of the study.
        step: the furthest.
        reason: one of Stop; empty while it may go on.
        consent: version and sha256 of the text, its language, when, and whether with the microphone; empty before.
        films: their ids, in the order in which they are shown.
        answers: to the questions, by the columns of the study's table.
        witness: what the page saw while it recorded.
        created_at: when the page was opened.
        seen_at: when it was heard of last.
    """

    id: str
    study_id: str
    invite_id: str
    respondent: str
    step: Step = Step.OPENED
    reason: str = ""
    consent: dict[str, Any] = field(default_factory=dict)
    films: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    witness: dict[str, Any] = field(default_factory=dict)
    created_at: float
    seen_at: float


class SittingStore:
    """Sittings in a database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def add(self, sitting: Sitting, most: int) -> str:
        """Stores a new one.

        Args:
            sitting: the new one.
            most: people who may take part by its link: those who agreed and did not leave.

        Returns:
            The secret with which its page proves itself, which is not kept.

        Raises:
            StateConflictError: as many take part already, or this person does.
        """
        secret = secrets.token_urlsafe(24)
        with self._database.writing() as connection:
            is_person = and_(sittings.c.study_id == sitting.study_id, sittings.c.respondent == sitting.respondent)
            earlier = connection.execute(
                select(sittings.c.step, sittings.c.reason, sittings.c.seen_at).where(is_person)
            )
            if any(map(self._takes_part, earlier)):
                raise StateConflictError("sitting_taken")
            connection.execute(delete(sittings).where(is_person))
            if (connection.scalar(self._n_taking_part(sitting.invite_id)) or 0) >= most:
                raise StateConflictError("invite_full")
            row = {**asdict(sitting), "step": sitting.step.value, "digest": digest_of(secret), "code_digest": ""}
            connection.execute(insert(sittings).values(**row))
            self._remove_longest_gone(connection, sitting.invite_id, max(_MOST_BEGUN, _BEGUN_FOR_EACH * most))
        return secret

    def _remove_longest_gone(self, connection: Connection, invite_id: str, most: int) -> None:
        """Removes those of a link without a recording, but for `most`."""
        is_begun = and_(sittings.c.invite_id == invite_id, sittings.c.step != Step.UPLOADED)
        newest = sittings.c.seen_at.desc(), sittings.c.created_at.desc()
        ids = connection.scalars(select(sittings.c.id).where(is_begun).order_by(*newest).offset(most)).all()
        if ids:
            connection.execute(delete(sittings).where(sittings.c.id.in_(ids)))

    def _takes_part(self, row: Any) -> bool:
        """Whether somebody has a recording, or is about to: the same person may begin anew before that."""
        is_there = row.step != Step.OPENED and not row.reason and row.seen_at > self._clock() - _GONE_S
        is_arriving = row.step == Step.FINISHED and row.seen_at > self._clock() - _ARRIVES_S
        return bool(is_there or row.step == Step.UPLOADED or (is_arriving and row.reason != Stop.LOST))

    def n_by_link(self, study_id: str) -> dict[str, int]:
        """Id of each link of a study by which somebody takes part -> how many do."""
        is_of_study = and_(sittings.c.study_id == study_id, self._is_taking_part())
        counted = select(sittings.c.invite_id, func.count()).where(is_of_study).group_by(sittings.c.invite_id)
        with self._database.reading() as connection:
            return {invite_id: int(n) for invite_id, n in connection.execute(counted)}

    def _n_taking_part(self, invite_id: str) -> Any:
        """Those of a link who agreed and did not leave."""
        is_of_link = sittings.c.invite_id == invite_id
        return select(func.count()).select_from(sittings).where(is_of_link, self._is_taking_part())

    def _is_taking_part(self) -> ColumnElement[bool]:
        has_agreed = and_(sittings.c.step != Step.OPENED, sittings.c.reason == "")
        now = self._clock()
        is_arriving = and_(sittings.c.step == Step.FINISHED, sittings.c.seen_at > now - _ARRIVES_S)
        is_done = is_arriving | (sittings.c.step == Step.UPLOADED)
        # Whoever sends what is no recording takes nobody's place.
        return and_(has_agreed, ~has_failed(sittings.c.id), is_done | (sittings.c.seen_at > now - ACTIVE_S))

    def take_place(
        self,
        sitting: Sitting,
        answers: Mapping[str, str],
        stop_of: Callable[[Sequence[Mapping[str, str]]], Stop | None],
    ) -> Stop | None:
        """Notes the answers of somebody before the films, or why they do not take part; one person after another.

        Args:
            sitting: the person's.
            answers: by columns; they are kept only of those who take part.
            stop_of: tells the reason from the answers of all others who take part; None: there is room.

        Returns:
            The reason; None where they take part.
        """
        is_other = and_(sittings.c.study_id == sitting.study_id, sittings.c.id != sitting.id)
        with self._database.writing() as connection:
            others = connection.scalars(select(sittings.c.answers).where(is_other, self._is_taking_part())).all()
            stop = stop_of(others)
            values = {"answers": dict(answers), "reason": ""} if stop is None else {"reason": stop.value}
            is_one = sittings.c.id == sitting.id
            connection.execute(update(sittings).where(is_one).values(seen_at=self._clock(), **values))
        return stop

    def answers_of(self, study_id: str) -> list[dict[str, str]]:
        """The answers of each who takes part in a study: who agreed and did not leave."""
        is_of_study = sittings.c.study_id == study_id
        with self._database.reading() as connection:
            return list(connection.scalars(select(sittings.c.answers).where(is_of_study, self._is_taking_part())))

    def columns_of(self, study_id: str, respondent: str) -> set[str]:
        """The columns of what a person answered."""
        is_person = and_(sittings.c.study_id == study_id, sittings.c.respondent == respondent)
        with self._database.reading() as connection:
            return set(chain.from_iterable(connection.scalars(select(sittings.c.answers).where(is_person))))

    def by_secret(self, invite_id: str, secret: str) -> Sitting | None:
        """The one of a link whose page has this secret."""
        return self._first(and_(sittings.c.invite_id == invite_id, sittings.c.digest == digest_of(secret)))

    def by_code(self, code: str) -> Sitting | None:
        """The one whose person was given this code, with or without its hyphens."""
        return self._first(sittings.c.code_digest == digest_of(_plain(code)))

    def find(self, study_id: str) -> list[Sitting]:
        """All of a study, the oldest first; their witnesses are left out."""
        columns = [column for column in sittings.c if column.name != "witness"]
        oldest = select(*columns).where(sittings.c.study_id == study_id).order_by(sittings.c.created_at, sittings.c.id)
        with self._database.reading() as connection:
            return [_sitting({**row, "witness": {}}) for row in connection.execute(oldest).mappings()]

    def film_orders(self, study_id: str) -> list[list[str]]:
        """The films of each who agreed, in the order in which they are shown."""
        is_of_study = and_(sittings.c.study_id == study_id, sittings.c.step != Step.OPENED)
        with self._database.reading() as connection:
            return [films for films in connection.scalars(select(sittings.c.films).where(is_of_study)) if films]

    def witnesses(self, study_id: str) -> dict[str, dict[str, Any]]:
        """Id of each sitting with a recording -> what its page saw."""
        is_there = and_(sittings.c.study_id == study_id, sittings.c.step == Step.UPLOADED)
        with self._database.reading() as connection:
            rows = connection.execute(select(sittings.c.id, sittings.c.witness).where(is_there))
            return {row.id: row.witness for row in rows if row.witness}

    def change(self, sitting_id: str, step: Step | None = None, **values: Any) -> None:
        """Changes fields, and notes that somebody is there; a step before the one that was reached changes nothing."""
        with self._database.writing() as connection:
            is_one = sittings.c.id == sitting_id
            before = connection.scalar(select(sittings.c.step).where(is_one))
            if before is None:
                return
            if step is not None and _STEPS.index(step) > _STEPS.index(Step(before)):
                values["step"] = step.value
            connection.execute(update(sittings).where(is_one).values(seen_at=self._clock(), **values))

    def agree(self, sitting_id: str, consent: dict[str, Any], films: Sequence[str]) -> str:
        """Notes a consent, and the films to be shown; the code that withdraws it, which is not kept."""
        code = "".join(secrets.choice(CODE_LETTERS) for _ in range(CODE_LENGTH))
        values = {"consent": consent, "films": list(films), "code_digest": digest_of(code)}
        self.change(sitting_id, Step.CONSENTED, **values)
        return "-".join(code[start : start + 4] for start in range(0, CODE_LENGTH, 4))

    def forget(self, study_id: str, respondent: str, reason: Stop) -> list[str]:
        """Removes all that is personal of a person's sittings; how far they came stays, for the counts.

        Returns:
            Their ids.
        """
        is_person = and_(sittings.c.study_id == study_id, sittings.c.respondent == respondent)
        with self._database.writing() as connection:
            ids = list(connection.scalars(select(sittings.c.id).where(is_person)))
            connection.execute(update(sittings).where(sittings.c.id.in_(ids)).values(reason=reason.value, **_PERSONAL))
        return ids

    def note_lost(self, sitting_id: str) -> None:
        """Notes that the recording did not come in and was given up."""
        is_waiting = and_(sittings.c.id == sitting_id, sittings.c.step != Step.UPLOADED)
        with self._database.writing() as connection:
            connection.execute(update(sittings).where(is_waiting).values(reason=Stop.LOST.value))

    def remove(self, study_id: str) -> None:
        """Removes all of a study."""
        with self._database.writing() as connection:
            connection.execute(delete(sittings).where(sittings.c.study_id == study_id))

    def over(self, now: float) -> list[tuple[str, str]]:
        """Study and respondent of each whose time is over, as the consent says it."""
        columns = (sittings.c.study_id, sittings.c.respondent, sittings.c.consent, sittings.c.seen_at)
        rows = select(*columns).where(sittings.c.respondent != "")
        with self._database.reading() as connection:
            return [
                (row.study_id, row.respondent)
                for row in connection.execute(rows)
                if row.consent.get("keep_until", row.seen_at + _UNAGREED_KEEP_S) <= now
            ]

    def _first(self, condition: ColumnElement[bool]) -> Sitting | None:
        with self._database.reading() as connection:
            row = connection.execute(select(sittings).where(condition)).mappings().first()
        return None if row is None else _sitting(row)


def _plain(code: str) -> str:
    return "".join(letter for letter in code.upper() if letter.isalnum())


def _sitting(row: Any) -> Sitting:
    values = {name: row[name] for name in Sitting.__dataclass_fields__}
    return Sitting(**{**values, "step": Step(row["step"])})
