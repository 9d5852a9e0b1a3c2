"""Recordings that come in chunks: which of them are there, until a job is made of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from emoclassify.jobs.database import Database
from emoclassify.jobs.job import DAY_S, Clock
from emoclassify.jobs.store import QueueFullError, StateConflictError
from emoclassify.jobs.tables import chunks, uploads

FORGET_AFTER_S = DAY_S
"""An upload to which nothing was added for this long is removed."""

MOST_OF_OWNER = 50
"""Uploads of one owner that are under way at once."""

LONGEST_JOIN_S = 1800.0
"""A process that has not put the chunks together by then has died."""


@dataclass(frozen=True)
class Chunk:
    """One piece of a recording."""

    number: int
    """From 0, in the order of the recording."""
    file: str
    """Its name in the storage."""
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class ChunkedUpload:
    """A recording of which some chunks are there.

    Attributes:
        id: the id of the job to be.
        owner: whose it is.
        name: of the recording.
        content_type: as the sender says.
        fields: the form of the job to be.
        chunks: in their order.
    """

    id: str
    owner: str
    name: str
    content_type: str
    fields: Mapping[str, str]
    chunks: tuple[Chunk, ...] = ()

    @property
    def next_number(self) -> int:
        """The first chunk that is missing; those behind it may be there."""
        numbers = {chunk.number for chunk in self.chunks}
        return next(number for number in range(len(numbers) + 1) if number not in numbers)

    @property
    def size_bytes(self) -> int:
        """Of all chunks that are there."""
        return sum(chunk.size_bytes for chunk in self.chunks)


class UploadStore:
    """Uploads in a database; their chunks are files of the storage."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database, self._clock = database, clock

    def add(self, upload: ChunkedUpload, most: int = MOST_OF_OWNER) -> None:
        """Stores a new upload, without chunks.

        Args:
            upload: the new one.
            most: uploads of its owner at once.

        Raises:
            QueueFullError: its owner has as many as may be.
        """
        row = {"id": upload.id, "owner": upload.owner, "name": upload.name, "content_type": upload.content_type}
        with self._database.writing() as connection:
            n_uploads = connection.scalar(select(func.count()).where(uploads.c.owner == upload.owner)) or 0
            if n_uploads >= most:
                raise QueueFullError("uploads_open", n=n_uploads)
            connection.execute(insert(uploads).values(**row, fields=dict(upload.fields), touched_at=self._clock()))

    def get(self, upload_id: str, owner: str) -> ChunkedUpload | None:
        """The upload of that id, where it is this owner's."""
        with self._database.reading() as connection:
            is_owned = and_(uploads.c.id == upload_id, uploads.c.owner == owner)
            row = connection.execute(select(uploads).where(is_owned)).mappings().first()
            if row is None:
                return None
            in_order = select(chunks).where(chunks.c.upload_id == upload_id).order_by(chunks.c.number)
            pieces = [Chunk(one.number, one.file, one.size_bytes, one.sha256) for one in connection.execute(in_order)]
        facts = {name: row[name] for name in ("id", "owner", "name", "content_type", "fields")}
        return ChunkedUpload(**facts, chunks=tuple(pieces))

    def add_chunk(self, upload_id: str, chunk: Chunk) -> bool:
        """Stores that a chunk is there; False where it was there before, or the upload is gone.

        Raises:
            StateConflictError: there is another one of that number.
        """
        row = {"number": chunk.number, "file": chunk.file, "size_bytes": chunk.size_bytes, "sha256": chunk.sha256}
        is_this = and_(chunks.c.upload_id == upload_id, chunks.c.number == chunk.number)
        try:
            with self._database.writing() as connection:
                is_there = connection.execute(
                    update(uploads).where(uploads.c.id == upload_id).values(touched_at=self._clock())
                ).rowcount
                if is_there:
                    connection.execute(insert(chunks).values(upload_id=upload_id, **row))
                return bool(is_there)
        except IntegrityError:
            with self._database.reading() as connection:
                sha256 = connection.scalar(select(chunks.c.sha256).where(is_this))
            if sha256 != chunk.sha256:
                raise StateConflictError("chunk_differs", number=chunk.number) from None
            return False

    def begin_joining(self, upload_id: str, longest_s: float = LONGEST_JOIN_S) -> None:
        """Notes that the chunks are put together now, so that nobody else does.

        Args:
            upload_id: of the upload.
            longest_s: who has not done it after this has died.

        Raises:
            StateConflictError: somebody does.
        """
        now = self._clock()
        is_free = or_(uploads.c.joined_at.is_(None), uploads.c.joined_at < now - longest_s)
        statement = update(uploads).where(uploads.c.id == upload_id, is_free).values(joined_at=now, touched_at=now)
        with self._database.writing() as connection:
            if not connection.execute(statement).rowcount:
                raise StateConflictError("upload_joining")

    def end_joining(self, upload_id: str) -> None:
        """Notes that it is over, and failed: it can be tried again."""
        with self._database.writing() as connection:
            connection.execute(update(uploads).where(uploads.c.id == upload_id).values(joined_at=None))

    def remove(self, upload_id: str) -> None:
        """Forgets an upload and its chunks."""
        with self._database.writing() as connection:
            connection.execute(delete(chunks).where(chunks.c.upload_id == upload_id))
            connection.execute(delete(uploads).where(uploads.c.id == upload_id))

    def ids_of(self, owner: str) -> list[str]:
        """The ids of an owner's uploads."""
        with self._database.reading() as connection:
            return list(connection.scalars(select(uploads.c.id).where(uploads.c.owner == owner)))

    def old_ids(self) -> list[str]:
        """The ids of the uploads to which nothing was added for `FORGET_AFTER_S`."""
        is_old = uploads.c.touched_at <= self._clock() - FORGET_AFTER_S
        with self._database.reading() as connection:
            return list(connection.scalars(select(uploads.c.id).where(is_old)))
