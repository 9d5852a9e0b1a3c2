"""The studies as their owners see them: made, changed, listed, deleted; with their viewings and people."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, insert, select, update

from emoclassify.errors import EmoClassifyError
from emoclassify.jobs.cells import FILM_ORDER, Cells, with_answers, without_answers
from emoclassify.jobs.database import Database
from emoclassify.jobs.job import Clock
from emoclassify.jobs.tables import studies, study_jobs, study_participants, study_viewings

MOST_STUDIES = 1000
"""Of one owner."""

_MOST_PARCELS = 50  # of one study; older ones are forgotten

_OF_PEOPLE = (study_viewings, study_participants)

Parcels = Sequence[dict[str, Any]]


class StudiesFullError(EmoClassifyError):
    """The owner has as many studies as one may have."""


@dataclass(frozen=True)
class StoredStudy:
    """A study as the database has it. Times are seconds since 1970 (UTC).

    Attributes:
        id: of the study.
        owner: the id of the key that made it; empty where there are no keys.
        title: for people.
        plan: the content of study.toml.
        plan_sha256: of its decisions and scenes.
        created_at: when it was made.
        job_id: of the job that computes its results; empty before.
        locked_at: when its results were looked at first; None before.
        locked_sha256: that of the plan then; empty before.
        changes: of the plan after that: at and plan_sha256 of each, and whether its scenes are others.
        webhook_url: told of its results; empty: nobody is.
        parcels: recordings on their way to it: `token`, the batch of their jobs, and what says whose each is.
    """

    id: str
    owner: str
    title: str
    plan: dict[str, Any]
    plan_sha256: str
    created_at: float
    job_id: str = ""
    locked_at: float | None = None
    locked_sha256: str = ""
    changes: tuple[dict[str, Any], ...] = ()
    webhook_url: str = ""
    parcels: tuple[dict[str, Any], ...] = ()

    @property
    def are_scenes_late(self) -> bool:
        """Whether scenes were changed after somebody had looked, and the plan is not again that of then."""
        is_other = self.plan_sha256 != self.locked_sha256
        return is_other and any(change.get("scenes") for change in self.changes)


class StudyStore:
    """Studies in a database."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def add(self, study: StoredStudy) -> None:
        """Stores a new study.

        Raises:
            StudiesFullError: its owner has as many as one may have.
        """
        with self._database.writing() as connection:
            n = connection.scalar(select(func.count()).where(studies.c.owner == study.owner)) or 0
            if n >= MOST_STUDIES:
                raise StudiesFullError("studies_full", n=n)
            connection.execute(insert(studies).values(**{**vars(study), **_lists(study)}))
            _keep_jobs(connection, study.id)

    def get(self, study_id: str, owner: str) -> StoredStudy | None:
        """The study of that id, where it is this owner's."""
        with self._database.reading() as connection:
            return _first(connection, and_(studies.c.id == study_id, studies.c.owner == owner))

    def by_id(self, study_id: str) -> StoredStudy | None:
        """The study of that id, whoever's it is."""
        with self._database.reading() as connection:
            return _first(connection, studies.c.id == study_id)

    def find(self, owner: str) -> list[StoredStudy]:
        """All studies of an owner, the newest first."""
        newest = select(studies).where(studies.c.owner == owner).order_by(studies.c.created_at.desc(), studies.c.id)
        with self._database.reading() as connection:
            return [_study(row) for row in connection.execute(newest).mappings()]

    def having(self, job_id: str) -> list[StoredStudy]:
        """The studies with a viewing in this recording."""
        ids = select(study_viewings.c.study_id).where(study_viewings.c.job_id == job_id)
        with self._database.reading() as connection:
            return [_study(row) for row in connection.execute(select(studies).where(studies.c.id.in_(ids))).mappings()]

    def change_plan(
        self,
        study_id: str,
        title: str,
        plan: dict[str, Any],
        sha256_of: Callable[[dict[str, Any]], str],
        webhook_url: str | None = None,
    ) -> None:
        """Replaces the plan; where the results were looked at, another one is noted as a later change.

        Whether it is another one is decided by both plans, and not by the checksum that is stored: an earlier version
        may have reckoned that in another way. A plan that is the same keeps it.

        Args:
            study_id: of the study.
            title: for people.
            plan: the content of study.toml.
            sha256_of: the checksum of what is decided in such a content.
            webhook_url: told of the results from now on; None: who is told stays.
        """
        with self._database.writing() as connection:
            study = _first(connection, studies.c.id == study_id)
            if study is None:
                return
            changes, sha256 = list(study.changes), sha256_of(plan)
            if sha256 == sha256_of(study.plan):
                sha256 = study.plan_sha256
            elif study.locked_at is not None:
                are_scenes_others = _scenes(plan) != _scenes(study.plan)
                changes.append({"at": self._clock(), "plan_sha256": sha256, "scenes": are_scenes_others})
            values = {"title": title, "plan": plan, "plan_sha256": sha256, "changes": changes}
            values["webhook_url"] = study.webhook_url if webhook_url is None else webhook_url
            connection.execute(update(studies).where(studies.c.id == study_id).values(**values))
            _keep_jobs(connection, study_id)

    def add_parcel(self, study_id: str, parcel: dict[str, Any]) -> None:
        """Notes recordings that are on their way; those of the same token are replaced."""
        self._change_parcels(study_id, lambda parcels: [*_without(parcels, parcel["token"]), parcel])

    def remove_parcel(self, study_id: str, token: str) -> None:
        """Forgets recordings that have arrived, or never will."""
        self._change_parcels(study_id, lambda parcels: _without(parcels, token))

    def _change_parcels(self, study_id: str, change: Callable[[Parcels], list[dict[str, Any]]]) -> None:
        with self._database.writing() as connection:
            study = _first(connection, studies.c.id == study_id)
            if study is not None:
                parcels = change(study.parcels)[-_MOST_PARCELS:]
                connection.execute(update(studies).where(studies.c.id == study_id).values(parcels=parcels))

    def lock(self, study_id: str) -> None:
        """Notes that somebody looks at the results: from now on each change of the plan is told."""
        is_open = and_(studies.c.id == study_id, studies.c.locked_at.is_(None))
        with self._database.writing() as connection:
            values = {"locked_at": self._clock(), "locked_sha256": studies.c.plan_sha256}
            connection.execute(update(studies).where(is_open).values(**values))

    def set_job(self, study_id: str, job_id: str) -> None:
        """Notes which job computes the results; empty: none."""
        with self._database.writing() as connection:
            connection.execute(update(studies).where(studies.c.id == study_id).values(job_id=job_id))
            _keep_jobs(connection, study_id)

    def viewings(self, study_id: str) -> list[Cells]:
        """The cells of all viewings, in their order."""
        rows = select(study_viewings.c.cells).where(study_viewings.c.study_id == study_id)
        with self._database.reading() as connection:
            return list(connection.scalars(rows.order_by(study_viewings.c.position)))

    def counts(self, owner: str) -> dict[str, tuple[int, int]]:
        """Id of each study of an owner that has viewings -> how many it has, and of how many people."""
        n_people = func.count(study_viewings.c.respondent.distinct())
        counted = select(study_viewings.c.study_id, func.count(), n_people).join(
            studies, studies.c.id == study_viewings.c.study_id
        )
        rows = counted.where(studies.c.owner == owner).group_by(study_viewings.c.study_id)
        with self._database.reading() as connection:
            return {study_id: (int(n), int(people)) for study_id, n, people in connection.execute(rows)}

    def participants(self, study_id: str) -> dict[str, Cells]:
        """Respondent -> cells, in their order."""
        rows = select(study_participants).where(study_participants.c.study_id == study_id)
        with self._database.reading() as connection:
            person_rows = connection.execute(rows.order_by(study_participants.c.position))
            return {row.respondent: row.cells for row in person_rows}

    def set_viewings(self, study_id: str, viewings: Iterable[Cells]) -> None:
        """Replaces all viewings; each has the cells `recording`, the id of a job, and `respondent`."""
        rows = [{"job_id": cells["recording"], "respondent": cells["respondent"], "cells": cells} for cells in viewings]
        with self._database.writing() as connection:
            _replace(connection, study_viewings, study_id, rows)
            _keep_jobs(connection, study_id)

    def set_participants(self, study_id: str, participants: Mapping[str, Cells]) -> None:
        """Replaces all people."""
        rows = [{"respondent": name, "cells": cells} for name, cells in participants.items()]
        with self._database.writing() as connection:
            _replace(connection, study_participants, study_id, rows)

    def add_person(
        self, study_id: str, respondent: str, viewings: Sequence[Cells], cells: Cells, columns: Collection[str]
    ) -> None:
        """Adds a person with what they saw and answered, behind all others.

        What there was of the same recordings, and of their answers, is replaced; what the study's owner listed stays.

        Args:
            study_id: of the study.
            respondent: who.
            viewings: what they saw.
            cells: their answers, and FILM_ORDER.
            columns: of all that they are asked.
        """
        rows = [{"job_id": one["recording"], "respondent": respondent, "cells": one} for one in viewings]
        is_viewing, is_person = (_of_person(table, study_id, respondent) for table in _OF_PEOPLE)
        with self._database.writing() as connection:
            earlier = connection.scalar(select(study_participants.c.cells).where(is_person)) or {}
            person = [{"respondent": respondent, "cells": with_answers(earlier, cells, columns)}]
            is_same = study_viewings.c.job_id.in_([row["job_id"] for row in rows])
            connection.execute(delete(study_viewings).where(is_viewing, is_same))
            connection.execute(delete(study_participants).where(is_person))
            for table, added_rows in zip(_OF_PEOPLE, (rows, person), strict=True):
                last = connection.scalar(select(func.max(table.c.position)).where(table.c.study_id == study_id))
                _insert(connection, table, study_id, added_rows, 0 if last is None else last + 1)
            _keep_jobs(connection, study_id)

    def has_person(self, study_id: str, respondent: str) -> bool:
        """Whether there are viewings of that name."""
        with self._database.reading() as connection:
            is_viewing = _of_person(study_viewings, study_id, respondent)
            return connection.scalar(select(study_viewings.c.job_id).where(is_viewing).limit(1)) is not None

    def remove_respondent(self, study_id: str, respondent: str) -> list[str] | None:
        """Removes one person; None where there is no such person.

        Returns:
            The ids of their recordings in which nobody else is, in this study and any other.
        """
        is_viewing, is_person = (_of_person(table, study_id, respondent) for table in _OF_PEOPLE)
        with self._database.writing() as connection:
            ids = list(connection.scalars(select(study_viewings.c.job_id).where(is_viewing).distinct()))
            n_rows = connection.execute(delete(study_viewings).where(is_viewing)).rowcount
            n_rows += connection.execute(delete(study_participants).where(is_person)).rowcount
            _keep_jobs(connection, study_id)
            return _unused(connection, ids) if n_rows else None

    def remove_sent(
        self, study_id: str, respondent: str, sitting_ids: Sequence[str], columns: Collection[str]
    ) -> tuple[bool, list[str]]:
        """Removes what a person's sittings before the respondent's page brought.

        Args:
            study_id: of the study.
            respondent: who.
            sitting_ids: theirs.
            columns: of their answers. Where the study has other viewings of that name, or says more of it, that stays.

        Returns:
            Whether something went, and the ids of the sittings whose recordings no study keeps.
        """
        is_viewing, is_person = (_of_person(table, study_id, respondent) for table in _OF_PEOPLE)
        with self._database.writing() as connection:
            is_sent = and_(study_viewings.c.study_id == study_id, study_viewings.c.job_id.in_(sitting_ids))
            is_changed = connection.execute(delete(study_viewings).where(is_sent)).rowcount > 0
            cells = connection.scalar(select(study_participants.c.cells).where(is_person)) or {}
            if FILM_ORDER in cells:
                is_changed = True
                others = without_answers(cells, columns)
                has_other = connection.scalar(select(study_viewings.c.job_id).where(is_viewing).limit(1)) is not None
                is_kept = has_other or any(others.values())
                change = update(study_participants).values(cells=others) if is_kept else delete(study_participants)
                connection.execute(change.where(is_person))
            _keep_jobs(connection, study_id)
            return is_changed, _unused(connection, sitting_ids)

    def remove(self, study_id: str) -> list[str]:
        """Removes a study.

        Returns:
            The ids of its jobs that no other study keeps.
        """
        with self._database.writing() as connection:
            ids = list(connection.scalars(select(study_jobs.c.job_id).where(study_jobs.c.study_id == study_id)))
            for table in (study_viewings, study_participants, study_jobs):
                connection.execute(delete(table).where(table.c.study_id == study_id))
            connection.execute(delete(studies).where(studies.c.id == study_id))
            return _unused(connection, ids)


def _scenes(plan: Mapping[str, Any]) -> dict[tuple[str, str], tuple[float, float]]:
    """Film and scene -> its beginning and end."""
    return {
        (str(film["id"]), str(one["id"])): (float(one["start_s"]), float(one["end_s"]))
        for film in plan.get("stimulus", [])
        for one in film.get("scene", [])
    }


def _of_person(table: Table, study_id: str, respondent: str) -> ColumnElement[bool]:
    return and_(table.c.study_id == study_id, table.c.respondent == respondent)


def _without(parcels: Parcels, token: str) -> list[dict[str, Any]]:
    return [one for one in parcels if one["token"] != token]


def _lists(study: StoredStudy) -> dict[str, Any]:
    """The columns that hold lists."""
    return {"changes": list(study.changes), "parcels": list(study.parcels)}


def films_of(plan: Mapping[str, Any]) -> list[str]:
    """The ids of the jobs whose uploads are the films of a plan."""
    return [str(film["file"]) for film in plan.get("stimulus", []) if film.get("file")]


def _keep_jobs(connection: Connection, study_id: str) -> None:
    """Notes the jobs that a study keeps: recordings, films and results."""
    study = _first(connection, studies.c.id == study_id)
    if study is None:
        return
    is_own = study_viewings.c.study_id == study_id
    ids = set(connection.scalars(select(study_viewings.c.job_id).where(is_own)))
    ids |= {*films_of(study.plan), *filter(None, [study.job_id])}
    connection.execute(delete(study_jobs).where(study_jobs.c.study_id == study_id))
    if ids:
        connection.execute(insert(study_jobs), [{"study_id": study_id, "job_id": job_id} for job_id in sorted(ids)])


def _replace(connection: Connection, table: Any, study_id: str, rows: Sequence[dict[str, Any]]) -> None:
    connection.execute(delete(table).where(table.c.study_id == study_id))
    _insert(connection, table, study_id, rows, 0)


def _insert(connection: Connection, table: Any, study_id: str, rows: Sequence[dict[str, Any]], first: int) -> None:
    if rows:
        numbered = [{"study_id": study_id, "position": position, **row} for position, row in enumerate(rows, first)]
        connection.execute(insert(table), numbered)


def _unused(connection: Connection, ids: Sequence[str]) -> list[str]:
    """Those of the ids that no study keeps."""
    return [
        job_id for job_id in ids if not connection.scalar(select(func.count()).where(study_jobs.c.job_id == job_id))
    ]


def _first(connection: Connection, condition: ColumnElement[bool]) -> StoredStudy | None:
    row = connection.execute(select(studies).where(condition)).mappings().first()
    return None if row is None else _study(row)


def _study(row: Any) -> StoredStudy:
    return StoredStudy(**{**row, "changes": tuple(row["changes"]), "parcels": tuple(row["parcels"])})
