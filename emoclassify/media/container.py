"""Opens recordings safely and decodes them, and opens new ones; the only place that hands a file to FFmpeg.

Uploaded media is hostile. Only the demuxers of the listed containers may open a file, the file is handed over as open
bytes and never by name, and no demuxer may open a second file: a playlist renamed .mp4 opens nothing.
"""

import heapq
import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

import av
from av.stream import Disposition

from emoclassify.errors import MediaError, ResultError
from emoclassify.media.formats import DEMUXERS, N_BYTES, name_of, stranger_of
from emoclassify.media.losses import Losses
from emoclassify.media.passing import Passed, Passing
from emoclassify.media.timestamps import PacketClock, ShownTimes
from emoclassify.words.messages import Message

logger = logging.getLogger(__name__)

_KINDS = ("video", "audio")

_MAX_FAILURES_AT_FIRST = 200
"""A stream of which so many packets do not decode, and none before them did, is not read on. Later ones never end it:
half a minute that a receiver lost does not take the rest of a recording away."""


@dataclass
class ReadCounts:
    """What happened while a stream was read; complete when the stream has ended."""

    decoded: int = 0
    """Frames, also those that need not be decoded (see `passing`)."""
    corrupt: int = 0
    """Packets that did not decode, frames marked as damaged by the decoder, and such as build on lost ones: skipped."""
    untimed: int = 0
    """Frames without a timestamp, placed one frame's length after the one before."""
    backward: int = 0
    """Frames whose timestamp is not after the one before: skipped."""
    encrypted: int = 0
    """Packets that are encrypted: skipped, since what a decoder makes of them is noise."""
    restarts: int = 0
    """How often the timestamps start anew (see `timestamps.PacketClock`)."""
    gave_up: bool = False
    """Whether reading ended before the end of the stream."""
    end_s: float = 0.0
    """Where the last frame ends."""
    strangers: int = 0
    """Packets of streams of which the beginning of the file says nothing: skipped."""
    read_bytes: int = 0
    """How far into the file the stream was read."""

    def warnings(self, kind: str) -> list[Message]:
        """One message for each kind of damage; `kind` is "picture" or "sound"."""
        messages = []
        if self.corrupt:
            messages.append(Message(f"{kind}_damaged", {"n": self.corrupt}))
        if self.encrypted:
            messages.append(Message(f"{kind}_encrypted"))
        if self.untimed:
            messages.append(Message(f"{kind}_untimed", {"n": self.untimed}))
        if self.backward:
            messages.append(Message(f"{kind}_backward", {"n": self.backward}))
        if self.restarts:
            messages.append(Message(f"{kind}_restarts", {"n": self.restarts}))
        if self.strangers:
            messages.append(Message("stream_late"))
        if self.gave_up:
            messages.append(Message(f"{kind}_broken_off", {"end_s": round(float(self.end_s), 1)}))
        return messages


@contextmanager
def open_container(path: Path) -> Iterator[Any]:
    """The file as an open PyAV container (`av.container.InputContainer`).

    Raises:
        MediaError: no such file, it is empty, or it does not open as one of `formats.FORMATS`; also where FFmpeg fails
            while it is read.
    """
    if not path.exists():
        raise MediaError("file_missing")
    if not path.is_file():
        raise MediaError("file_no_file")
    try:
        file = path.open("rb")
    except OSError as exc:
        raise MediaError("file_unopened", why=_reason(exc)) from exc
    with file:
        if path.stat().st_size == 0:
            raise MediaError("file_empty")
        try:
            container = av.open(
                _Nameless(file),
                container_options={"format_whitelist": ",".join(DEMUXERS), "protocol_whitelist": ""},
                io_open=_refuse,
                metadata_errors="replace",
            )
        except (av.error.FFmpegError, UnicodeError, OSError) as exc:
            raise _unopened(file) from exc
        with container:
            try:
                yield container
            except av.error.FFmpegError as exc:
                raise MediaError("file_unread", why=_reason(exc)) from exc


@contextmanager
def file_errors() -> Iterator[None]:
    """Says in a MediaError what the system says of a file that is opened without `open_container`: its drive may go
    away while it is read.

    Raises:
        MediaError: the file is gone, or cannot be read.
    """
    try:
        yield
    except FileNotFoundError as exc:
        raise MediaError("file_missing") from exc
    except OSError as exc:
        raise MediaError("file_unread", why=_reason(exc)) from exc


_CREATED = {"mp4": {"movflags": "faststart"}, "matroska": {"fflags": "+bitexact"}}
"""Kind of a new file -> options of FFmpeg."""

SIDES = "EMOCLASSIFY_SIDES"
"""The tag of a file that was joined from the recordings of the sides of a call: their names."""

SIDES_S = "EMOCLASSIFY_SIDES_S"
"""The tag with their lengths in seconds, as their headers tell them."""


@contextmanager
def create_container(path: Path, kind: str = "mp4") -> Iterator[Any]:
    """A new file as an open PyAV container (`av.container.OutputContainer`).

    Args:
        path: of the file.
        kind: "mp4", with the index before the content, so that a browser can play it before it has the whole file; or
            "matroska", of which the same content gives the same bytes.

    Raises:
        ResultError: it cannot be written.
        MediaError: what is to be written fits no video, since the recording that it comes from is damaged.
    """
    try:
        # "file:" keeps FFmpeg from seeing a protocol or a pattern in the name.
        with av.open(f"file:{path}", "w", format=kind, options=_CREATED[kind]) as container:
            yield container
    except av.error.FFmpegError as exc:
        if isinstance(exc, OSError):  # of the disk; others are about the pictures, sounds and times
            raise ResultError("file_unwritten", file=path.name, why=_reason(exc)) from exc
        raise MediaError("video_unmade") from exc


def format_name(path: Path) -> str:
    """What people call the format of a file, told by its first bytes; empty where it is unknown."""
    with path.open("rb") as file:
        return name_of(file.read(N_BYTES)) or ""


def _unopened(file: BinaryIO) -> MediaError:
    """Why no demuxer opens a file, told by its first bytes: what FFmpeg says of it helps nobody."""
    file.seek(0)
    first_bytes = file.read(N_BYTES)
    name = name_of(first_bytes)
    if name is not None:
        return MediaError("file_damaged", container=name)
    return MediaError("file_unknown_format", why=stranger_of(first_bytes) or "by its first bytes")


class _Nameless:
    """A file without its name, so that nothing in the name (a pattern, an ending, a protocol) can steer a demuxer."""

    name = ""

    def __init__(self, file: Any) -> None:
        self.read, self.seek, self.tell = file.read, file.seek, file.tell


def _refuse(url: str, flags: int, options: dict[str, str]) -> Any:
    raise PermissionError("a recording may not open other files")


def _reason(exc: Exception) -> str:
    return getattr(exc, "strerror", None) or exc.__class__.__name__


def choose_stream(container: Any, kind: str) -> Any:
    """The default stream of a kind ("video", "audio") that can be decoded, or None; cover art is no video."""
    usable = usable_streams(container, kind)
    best = container.streams.best(kind)
    return best if best in usable else next(iter(usable), None)


def usable_streams(container: Any, kind: str) -> list[Any]:
    """The streams of a kind that have a known codec; a video has a size, too."""
    return [
        stream
        for stream in container.streams
        if stream.type == kind
        and stream.codec_context is not None
        and not stream.disposition & Disposition.attached_pic
        and (kind == "audio" or (stream.width and stream.height))
    ]


def decode(container: Any, stream: Any, counts: ReadCounts, *, wanted_from: int | None = None) -> Iterator[Any]:
    """Yields decoded frames with timestamps that never start anew; counts and skips packets that do not decode.

    Args:
        container: of `open_container`.
        stream: one of its streams.
        counts: what is read is counted here.
        wanted_from: a timestamp of the stream: frames before it that no other frame needs may be left out, which in a
            film with B-frames is about half of the work.
    """
    decoder = _Decoder(container, stream, counts)
    for packet in _packets(container, stream, counts):
        if wanted_from is not None:
            is_early = packet.pts is not None and packet.pts < wanted_from
            stream.codec_context.skip_frame = "NONREF" if is_early else "DEFAULT"
        yield from decoder.decode(packet)
        if decoder.is_hopeless:
            counts.gave_up = True
            return


def decode_passing(container: Any, stream: Any, counts: ReadCounts, passing: Passing) -> Iterator[Any]:
    """Yields what `decode` yields, but a `Passed` in the place of each picture that need not be decoded.

    All are decoded until the first one is there, of an interlaced film (a packet may hold half of a picture), and from
    the first damage on, so that what is damaged is told.
    """
    decoder, passed, may_pass = _Decoder(container, stream, counts), list[int](), False
    for packet, is_unneeded in passing.judge(_packets(container, stream, counts)):
        if is_unneeded and may_pass and not counts.corrupt:
            heapq.heappush(passed, packet.pts)
            continue
        for frame in decoder.decode(packet):
            may_pass = not frame.interlaced_frame
            while passed and frame.pts is not None and passed[0] < frame.pts:
                yield Passed(heapq.heappop(passed), stream.time_base)
            yield frame
        if decoder.is_hopeless:
            counts.gave_up = True
            return
    yield from (Passed(pts, stream.time_base) for pts in sorted(passed))


def decode_each(container: Any, streams: Sequence[Any], counts: ReadCounts) -> Iterator[tuple[Any, Any]]:
    """Yields each frame of several streams of one picture each, with its stream; counts what does not decode."""
    decoders = {stream.index: _Decoder(container, stream, counts) for stream in streams}
    with suppress(av.error.FFmpegError, OSError):  # the file breaks off
        for packet in _demuxed(container, streams, counts):
            for frame in decoders[packet.stream.index].decode(packet):
                yield packet.stream, frame


def _packets(container: Any, stream: Any, counts: ReadCounts) -> Iterator[Any]:
    """The packets of a stream, until the file ends or breaks off."""
    clock = PacketClock()
    # Both picture and sound are read, since the timestamps of both start anew together.
    streams = {stream.index: stream} | {s.index: s for s in map(partial(choose_stream, container), _KINDS) if s}
    packets = clock.adjust(_demuxed(container, streams.values(), counts))
    while True:
        try:
            packet = next(packets, None)
        except av.error.EOFError:
            return
        except (av.error.FFmpegError, OSError) as exc:  # the demuxer or the disk fails
            logger.debug("reading ended: %s", _reason(exc))
            counts.gave_up = True
            return
        if packet is None:
            return
        counts.restarts = clock.restarts
        counts.read_bytes = max(counts.read_bytes, packet.pos or 0)
        if packet.stream.index == stream.index:
            yield packet


def _demuxed(container: Any, streams: Iterable[Any], counts: ReadCounts) -> Iterator[Any]:
    """The packets of the streams that the file's beginning tells of.

    In MPEG-TS and FLV a stream may appear later: PyAV stops with an IndexError at each of its packets, and goes on.
    """
    while True:
        try:
            yield from container.demux(*streams)
            return
        except IndexError:
            counts.strangers += 1


class _Decoder:
    """Decodes the packets of one stream."""

    def __init__(self, container: Any, stream: Any, counts: ReadCounts) -> None:
        self._n_failures, self._has_frames = 0, False
        self._counts = counts
        is_avi_picture = container.format.name == "avi" and stream.type == "video"
        self._shown_times = ShownTimes() if is_avi_picture else None
        is_broadcast_picture = container.format.name == "mpegts" and stream.type == "video"
        self._losses = Losses() if is_broadcast_picture else None

    @property
    def is_hopeless(self) -> bool:
        """Whether nothing has decoded so far, of so many packets that nothing will."""
        return not self._has_frames and self._n_failures >= _MAX_FAILURES_AT_FIRST

    def decode(self, packet: Any) -> Iterator[Any]:
        if packet.has_sidedata("encryption_info"):
            self._counts.encrypted += 1
            self._n_failures += 1
            return
        if self._losses is not None:
            self._losses.add(packet)
        try:
            frames = packet.decode()
        except av.error.EOFError:
            return
        except av.error.FFmpegError as exc:
            logger.debug("packet skipped: %s", _reason(exc))
            self._counts.corrupt += 1
            self._n_failures += 1
            return
        if self._shown_times is not None:
            self._shown_times.add(packet)
        for frame in frames:
            if self._shown_times is not None:
                self._shown_times.set(frame)
            if frame.is_corrupt or (self._losses is not None and self._losses.damaged(frame)):
                self._counts.corrupt += 1
            else:
                self._has_frames = True
                yield frame
