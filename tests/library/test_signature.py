"""What the first bytes of a file announce."""

from pathlib import Path

import pytest

from emoclassify.media.formats import N_BYTES, is_known, kind_of
from tests.support.made import even, plain, tone, write_sound, write_video
from tests.support.signatures import STARTS


@pytest.mark.parametrize(("start", "kind"), STARTS.items(), ids=lambda value: repr(value)[:30])
def test_each_format_is_known_by_its_first_bytes(start: bytes, kind: str) -> None:
    assert kind_of(start) == kind
    assert kind_of(start + b"\x00" * 100) == kind
    assert is_known(start)


@pytest.mark.parametrize("start", [b"", b"text", b"RIFF\x00\x00\x00\x00RMID", b"%PDF-1.7", b"PK\x03\x04", b"ffconcat"])
def test_what_is_no_recording_is_not_known(start: bytes) -> None:
    assert not is_known(start)
    assert kind_of(start) == "application/octet-stream"


def test_made_recordings_announce_what_they_are(tmp_path: Path) -> None:
    video = write_video(tmp_path / "a.mp4", even([plain()] * 3))
    sound = write_sound(tmp_path / "a.wav", tone(0.1), codec="pcm_s16le")
    kinds = [kind_of(path.read_bytes()[:N_BYTES]) for path in (video, sound)]
    assert kinds == ["video/mp4", "audio/wav"]
