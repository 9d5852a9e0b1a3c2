"""Files that lie, from the outside to the end: each a clear refusal or a failed job, and the next one unharmed."""

import io
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from emoclassify.child import Child
from emoclassify.remote.client import ApiError, Client
from tests.support.made import even, portrait, tone, write_sound, write_video
from tests.support.serving import MP4, served

pytestmark = [pytest.mark.model, pytest.mark.slow]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with (
        Child() as child,
        served(tmp_path_factory.mktemp("data"), child) as server,
        Client(server.url) as opened,
    ):
        yield opened


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return write_video(tmp_path_factory.mktemp("clip") / "talk.mp4", even([portrait()] * 25)).read_bytes()


def outcome(client: Client, content: bytes, name: str = "talk.mp4") -> str:
    """ "completed", or why not, in one line."""
    told = "completed"
    try:
        client.wait(client.submit(io.BytesIO(content), name=name)["id"], timeout_s=120)
    except ApiError as exc:
        told = str(exc)
    assert "Unexpected" not in told
    assert len(told.splitlines()) == 1
    return told


def playlists(secret: Path) -> list[bytes]:
    """Texts that some demuxers follow to other files."""
    return [
        f"ffconcat version 1.0\nfile '{secret}'\n".encode(),
        f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile://{secret}\n#EXT-X-ENDLIST\n".encode(),
        f"#EXTM3U\n#EXTINF:1,\nconcat:{secret}\n".encode(),
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.1\r\nm=video 5004 RTP/AVP 96\r\n",
        f'<?xml version="1.0"?><MPD><Period><BaseURL>file://{secret}</BaseURL></Period></MPD>'.encode(),
        f"[playlist]\nFile1={secret}\n".encode(),
        f"<html><video src='file://{secret}'></html>".encode(),
        b"\xff\xd8\xff" + f"\nffconcat version 1.0\nfile '{secret}'\n".encode(),  # with the first bytes of a picture
        b"\x00\x00\x00\x18ftypisom\n#EXTM3U\n" + f"file://{secret}\n".encode(),
        b"ID3\x04\x00\x00\x00\x00\x00\x00" + f"#EXTM3U\nfile://{secret}\n".encode(),
    ]


def malformed(clip: bytes) -> list[bytes]:
    """Recordings that are damaged, cut off, or none."""
    rng = np.random.default_rng(7)
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as files:
        files.writestr("talk.mp4", clip)
    flipped = []
    for _ in range(16):
        damaged = bytearray(clip)
        for place in rng.integers(40, len(clip), 60):
            damaged[place] = int(rng.integers(256))
        flipped.append(bytes(damaged))
    cut = [clip[: len(clip) * part // 10] for part in range(1, 10)]
    starts = [
        b"\x1a\x45\xdf\xa3",
        b"RIFF\xff\xff\xff\xffAVI ",
        b"RIFF\xff\xff\xff\xffWAVE",
        b"\x00\x00\x01\xba",
        b"OggS",
    ]
    starts += [b"fLaC", b"ID3\x04\x00\x00\x7f\x7f\x7f\x7f", b"\xff\xfb\x90\x00", b"\x89PNG\r\n\x1a\n", b"BM", MP4[:12]]
    noise = [start + rng.bytes(5_000) for start in starts]
    return [b"", b"\x00" * 10_000, rng.bytes(10_000), archive.getvalue(), *cut, *flipped, *noise]


def test_files_that_lie_are_told_and_harm_no_other(client: Client, clip: bytes, tmp_path: Path) -> None:
    secret = tmp_path / "secret.mp4"
    secret.write_bytes(clip)
    for content in playlists(secret):
        assert outcome(client, content) != "completed"
    told = [outcome(client, content) for content in malformed(clip)]
    assert len(told) + len(playlists(secret)) >= 50
    assert sum(line != "completed" for line in told) >= len(told) - 25  # damage may leave something to read
    assert outcome(client, clip) == "completed"


def test_claims_that_are_too_large(client: Client, clip: bytes, tmp_path: Path) -> None:
    Image.new("1", (20_000, 20_000)).save(tmp_path / "huge.png")
    assert outcome(client, (tmp_path / "huge.png").read_bytes()) != "completed"
    at = clip.index(b"mvhd") + 4
    scale = struct.unpack(">I", clip[at + 12 : at + 16])[0]
    ten_hours = clip[: at + 16] + struct.pack(">I", 36_000 * scale) + clip[at + 20 :]
    assert outcome(client, ten_hours) == "completed"  # what is there is read, and the claim is told
    assert outcome(client, clip) == "completed"


@pytest.mark.parametrize(
    "name",
    ["../../../etc/passwd", "a%03d.mp4", "x" * 300 + ".mp4", "concat:a|b", "-.mp4", "a\tb.mp4", "..", "интервью"],
)
def test_names_are_never_paths(client: Client, tmp_path: Path, name: str) -> None:
    sound = write_sound(tmp_path / "tone.wav", 0.1 * tone(0.5), codec="pcm_s16le").read_bytes()
    assert outcome(client, sound, name) == "completed"
