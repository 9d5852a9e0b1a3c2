"""Every statement on the table of jobs. Each runs in a transaction that its caller opened and ends."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    case,
    delete,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from emoclassify.job_states import JobState
from emoclassify.jobs.job import OF_PEOPLE, RECORDING, STUDY, USABILITY, Job, error_from_text, error_to_text
from emoclassify.jobs.tables import jobs, study_jobs, turns, uploads
from emoclassify.media.formats import MEDIA_ENDINGS

_MOST_IDS = 500
"""Ids in one query: every database takes so many."""

_FIELDS = tuple(Job.__dataclass_fields__)


@dataclass(frozen=True, kw_only=True)
class Search:
    """Which jobs to list."""

    owner: str
    kind: str = RECORDING
    state: str = ""
    tag: str = ""
    group: str = ""
    usability: str = ""
    """One of `usability.Verdict`; only the completed jobs with that verdict."""
    batch: str = ""
    study: str = ""
    """Id of a study: only the recordings and films that it keeps."""
    q: str = ""
    """Words, each of which name, tag or group has a part of, in any case."""
    from_s: float | None = None
    to_s: float | None = None
    """Created in [from, to), seconds since 1970."""
    sort: str = "-created_at"
    limit: int = 50
    after: tuple[Any, str] | None = None
    """Sort value and id of the last job of the page before."""


@dataclass(frozen=True, kw_only=True)
class Turn:
    """Among which jobs the next one is looked for."""

    now: float
    max_running: int = 0
    """An owner with as many running jobs gets no further one; 0: any number."""
    from_bytes: int = 0
    below_bytes: int | None = None
    """Only uploads of a size in [from, below)."""
    preferred_id: str = ""
    """This job, where it is one of the owner whose turn it is."""


# One job


def insert_job(connection: Connection, job: Job) -> None:
    """Adds a job; raises sqlalchemy.exc.IntegrityError where its id is there already."""
    row = {**asdict(job), "error": error_to_text(job.error), "name_folded": search_text(job.name, job.tag, job.group)}
    connection.execute(insert(jobs).values(**row))


def search_text(name: str, tag: str, group: str) -> str:
    """What the words of a search are looked for in."""
    return "\n".join((name, tag, group)).casefold()


def job_by_id(connection: Connection, job_id: str) -> Job | None:
    """The job of that id, whoever's it is; None where there is none or it is being deleted."""
    return _first(connection, and_(jobs.c.id == job_id, _is_visible()))


def owned_job(connection: Connection, job_id: str, owner: str) -> Job | None:
    """The job of that id, where it is this owner's."""
    return _first(connection, _is_owned(job_id, owner))


def update_job(connection: Connection, job_id: str, **values: Any) -> Job | None:
    """Changes fields of a job, in whatever state it is; the job as it is then."""
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(**values))
    return _first(connection, jobs.c.id == job_id)


def hide_job(connection: Connection, job_id: str, owner: str) -> bool:
    """Marks an owner's job as being deleted and clears its personal data; False where there is none."""
    personal = {"name": "", "name_folded": "", "tag": "", "group": "", "summary": None, "webhook_url": "", "batch": ""}
    statement = update(jobs).where(_is_owned(job_id, owner)).values(state=JobState.DELETING, lease="", **personal)
    return connection.execute(statement).rowcount > 0


def delete_job(connection: Connection, job_id: str) -> None:
    """Removes the row."""
    connection.execute(delete(jobs).where(jobs.c.id == job_id))


# Lists and counts


def find_jobs(connection: Connection, search: Search) -> list[Job]:
    """At most `search.limit` jobs, in its order."""
    column = jobs.c[search.sort.removeprefix("-")]
    is_descending = search.sort.startswith("-")
    conditions = _conditions(search)
    if search.after is not None:
        value, job_id = search.after
        is_beyond = column < value if is_descending else column > value
        is_tied = jobs.c.id < job_id if is_descending else jobs.c.id > job_id
        conditions.append(or_(is_beyond, and_(column == value, is_tied)))
    order = (column.desc(), jobs.c.id.desc()) if is_descending else (column, jobs.c.id)
    page = select(jobs).where(*conditions).order_by(*order).limit(search.limit)
    return [_job(row) for row in connection.execute(page).mappings()]


def find_summaries(connection: Connection, search: Search) -> list[tuple[float, dict[str, Any]]]:
    """When each completed job was created, and its summary, oldest first; ignores the limit of the search."""
    has_summary = (jobs.c.state == JobState.COMPLETED, jobs.c.summary.is_not(None))
    oldest = select(jobs.c.created_at, jobs.c.summary).order_by(jobs.c.created_at)
    rows = connection.execute(oldest.where(*_conditions(search), *has_summary))
    return [(row.created_at, row.summary) for row in rows]


def earlier_job_ids(connection: Connection, ids: Sequence[str]) -> dict[str, str]:
    """Id of a job -> id of the last earlier one of its owner with the same recording, for those that have one."""
    earlier = jobs.alias("earlier")
    is_before = or_(
        earlier.c.created_at < jobs.c.created_at,
        and_(earlier.c.created_at == jobs.c.created_at, earlier.c.id < jobs.c.id),
    )
    is_same = and_(earlier.c.owner == jobs.c.owner, earlier.c.sha256 == jobs.c.sha256)
    is_shown = earlier.c.state != JobState.DELETING
    latest = (earlier.c.created_at.desc(), earlier.c.id.desc())
    same = select(earlier.c.id).where(is_same, is_before, is_shown).order_by(*latest).limit(1).scalar_subquery()
    rows = connection.execute(select(jobs.c.id, same.label("same")).where(jobs.c.id.in_(ids)))
    return {row.id: row.same for row in rows if row.same is not None}


def count_queued(connection: Connection, owner: str | None = None) -> int:
    """How many jobs wait, of one owner or of all."""
    is_counted = [jobs.c.state == JobState.QUEUED, *([] if owner is None else [jobs.c.owner == owner])]
    return connection.scalar(select(func.count()).where(*is_counted)) or 0


def ids_of(connection: Connection, owner: str, states: Collection[JobState]) -> list[str]:
    """The ids of an owner's jobs in some states."""
    return list(connection.scalars(select(jobs.c.id).where(jobs.c.owner == owner, jobs.c.state.in_(states))))


def result_ids_of(connection: Connection, owner: str, study_id: str) -> list[str]:
    """The ids of the jobs that compute, or computed, the results of a study."""
    is_of_study = and_(jobs.c.kind == STUDY, jobs.c.options["study"].as_string() == study_id)
    return list(connection.scalars(select(jobs.c.id).where(jobs.c.owner == owner, is_of_study, _is_visible())))


def count_states(connection: Connection, owner: str | None = None) -> dict[JobState, int]:
    """How many jobs there are in each state that is shown, of one owner, or of all."""
    counts = select(jobs.c.state, func.count()).where(_is_visible()).group_by(jobs.c.state)
    if owner is not None:
        counts = counts.where(jobs.c.owner == owner)
    return {JobState(state): int(n) for state, n in connection.execute(counts)}


# Jobs for workers


def next_job_id(connection: Connection, turn: Turn) -> str | None:
    """The id of the job whose turn it is; None where none may be taken.

    It is one of the owner who has the fewest running jobs; of several such owners, of the one who was served longest
    ago. Of that owner's jobs it is the one that was queued first, or `turn.preferred_id` where that is one of them.
    """
    owner = _next_owner(connection, turn)
    if owner is None:
        return None
    is_preferred = case((jobs.c.id == turn.preferred_id, 0), else_=1)
    ids = select(jobs.c.id).where(_is_in_turn(turn), jobs.c.owner == owner)
    return connection.scalar(ids.order_by(is_preferred, jobs.c.queued_at, jobs.c.id).limit(1))


def _next_owner(connection: Connection, turn: Turn) -> str | None:
    waiting = select(jobs.c.owner, func.min(jobs.c.queued_at).label("since")).where(_is_in_turn(turn))
    waiting_owners = waiting.group_by(jobs.c.owner).subquery()
    is_running = and_(jobs.c.state == JobState.RUNNING, jobs.c.lease_until >= turn.now)
    running = select(jobs.c.owner, func.count().label("n")).where(is_running).group_by(jobs.c.owner).subquery()
    n_running = func.coalesce(running.c.n, 0)
    owners = (
        select(waiting_owners.c.owner)
        .outerjoin(running, running.c.owner == waiting_owners.c.owner)
        .outerjoin(turns, turns.c.owner == waiting_owners.c.owner)
        .where(n_running < turn.max_running if turn.max_running else true())
        .order_by(n_running, func.coalesce(turns.c.served_at, 0.0), waiting_owners.c.since, waiting_owners.c.owner)
    )
    return connection.scalar(owners.limit(1))


def next_jobs(connection: Connection, now: float, limit: int) -> list[Job]:
    """The jobs that may be taken, those first that were queued first."""
    oldest = select(jobs).where(_may_be_taken(now)).order_by(jobs.c.queued_at, jobs.c.id).limit(limit)
    return [_job(row) for row in connection.execute(oldest).mappings()]


def job_to_take(connection: Connection, job_id: str, now: float) -> Job | None:
    """The job of that id, where a worker may take it."""
    return _first(connection, and_(jobs.c.id == job_id, _may_be_taken(now)))


def update_untaken(connection: Connection, job: Job, **values: Any) -> bool:
    """Changes a job that `job_to_take` gave; False where another worker was faster."""
    is_unchanged = and_(jobs.c.id == job.id, jobs.c.state == job.state, jobs.c.lease == job.lease)
    return connection.execute(update(jobs).where(is_unchanged).values(**values)).rowcount > 0


def update_held(connection: Connection, job: Job, **values: Any) -> bool:
    """Changes a job that a worker holds; False where it is no longer this worker's."""
    is_held = and_(jobs.c.id == job.id, jobs.c.state == JobState.RUNNING, jobs.c.lease == job.lease)
    return connection.execute(update(jobs).where(is_held).values(**values)).rowcount > 0


def requeue_held_by(connection: Connection, lease_prefix: str) -> None:
    """Puts the running jobs whose leases begin with `lease_prefix` back in the queue."""
    is_held = and_(jobs.c.state == JobState.RUNNING, jobs.c.lease.startswith(lease_prefix, autoescape=True))
    connection.execute(update(jobs).where(is_held).values(state=JobState.QUEUED, lease=""))


# Jobs whose files are to be removed


def in_parts(ids: Collection[str]) -> Iterator[list[str]]:
    """The ids in parts, each small enough for one query of any database."""
    all_ids = sorted(ids)
    return (all_ids[start : start + _MOST_IDS] for start in range(0, len(all_ids), _MOST_IDS))


def expired_jobs(connection: Connection, now: float) -> list[tuple[str, str, JobState]]:
    """Id, owner and state of every job whose time is over, in any state; not of those that a study keeps.

    The caller looks at the state: with a condition on it, a database would not use the index of the expiry times.
    """
    of_studies = select(study_jobs.c.job_id).where(study_jobs.c.job_id == jobs.c.id)
    is_over = and_(jobs.c.expires_at <= now, ~of_studies.exists())
    rows = connection.execute(select(jobs.c.id, jobs.c.owner, jobs.c.state).where(is_over))
    return [(row.id, row.owner, JobState(row.state)) for row in rows]


def half_deleted_ids(connection: Connection) -> list[str]:
    """The ids of the jobs whose deletion was begun."""
    return list(connection.scalars(select(jobs.c.id).where(jobs.c.state == JobState.DELETING)))


def ids_without_upload(connection: Connection, *, after_s: float, to_s: float) -> list[str]:
    """The ids of the jobs that expire in (after, to] and whose upload is not to be kept."""
    expires_then = and_(jobs.c.expires_at > after_s, jobs.c.expires_at <= to_s)
    return list(connection.scalars(select(jobs.c.id).where(expires_then, jobs.c.upload_kept.is_(False))))


def ids_without_upload_of(connection: Connection, ids: Sequence[str]) -> list[str]:
    """Those of the ids whose job's upload is not to be kept."""
    return list(connection.scalars(select(jobs.c.id).where(jobs.c.id.in_(ids), jobs.c.upload_kept.is_(False))))


def existing_ids_of(connection: Connection, ids: Sequence[str]) -> list[str]:
    """Those of the ids that belong to a job, one that is being deleted included, or to an upload under way."""
    of_jobs = select(jobs.c.id).where(jobs.c.id.in_(ids))
    of_uploads = select(uploads.c.id).where(uploads.c.id.in_(ids))
    return list(connection.scalars(of_jobs.union(of_uploads)))


def all_ids(connection: Connection) -> list[str]:
    """The ids of all jobs, those that are being deleted included."""
    return list(connection.scalars(select(jobs.c.id)))


def visible_ids(connection: Connection) -> list[str]:
    """The ids of all jobs that are not being deleted."""
    return list(connection.scalars(select(jobs.c.id).where(_is_visible())))


# Conditions


def has_failed(job_id: ColumnElement[str]) -> ColumnElement[bool]:
    """A condition for a statement on another table: whether the job of its row's id failed."""
    return select(jobs.c.id).where(jobs.c.id == job_id, jobs.c.state == JobState.FAILED).exists()


def _conditions(search: Search) -> list[ColumnElement[bool]]:
    kinds = OF_PEOPLE if search.kind == RECORDING else (search.kind,)
    conditions = [jobs.c.owner == search.owner, jobs.c.kind.in_(kinds), _is_visible()]
    conditions += [
        jobs.c[name] == value for name in ("state", "tag", "group", "batch") if (value := getattr(search, name))
    ]
    if search.study:
        of_study = select(study_jobs.c.job_id).where(study_jobs.c.study_id == search.study)
        conditions.append(jobs.c.id.in_(of_study))
    if search.usability:
        conditions.append(jobs.c.summary[USABILITY]["verdict"].as_string() == search.usability)
    words = search.q.casefold().split()
    conditions += [_searched_text(word).contains(word, autoescape=True) for word in words]
    if search.from_s is not None:
        conditions.append(jobs.c.created_at >= search.from_s)
    if search.to_s is not None:
        conditions.append(jobs.c.created_at < search.to_s)
    return conditions


def _searched_text(word: str) -> ColumnElement[str]:
    """Where a word is looked for: not in the endings of names of which it is a part, or "4" would find every .mp4."""
    text: ColumnElement[str] = jobs.c.name_folded
    for ending in MEDIA_ENDINGS:
        if word in ending and word != ending.removeprefix(".") and word != ending:
            text = func.replace(text, ending, "")
    return text


def _is_visible() -> ColumnElement[bool]:
    return jobs.c.state != JobState.DELETING


def _is_owned(job_id: str, owner: str) -> ColumnElement[bool]:
    return and_(jobs.c.id == job_id, jobs.c.owner == owner, _is_visible())


def _may_be_taken(now: float) -> ColumnElement[bool]:
    is_abandoned = and_(jobs.c.state == JobState.RUNNING, jobs.c.lease_until < now)
    return or_(jobs.c.state == JobState.QUEUED, is_abandoned)


def _is_in_turn(turn: Turn) -> ColumnElement[bool]:
    is_small = true() if turn.below_bytes is None else jobs.c.size_bytes < turn.below_bytes
    return and_(_may_be_taken(turn.now), jobs.c.size_bytes >= turn.from_bytes, is_small)


def _first(connection: Connection, condition: ColumnElement[bool]) -> Job | None:
    row = connection.execute(select(jobs).where(condition)).mappings().first()
    return None if row is None else _job(row)


def _job(row: RowMapping) -> Job:
    values = {name: row[name] for name in _FIELDS}
    return Job(**{**values, "state": JobState(values["state"]), "error": error_from_text(values["error"])})
