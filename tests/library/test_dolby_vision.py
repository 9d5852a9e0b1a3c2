"""Dolby Vision: what lies upon an ordinary picture is read as that picture; what has colours of its own is told.

The files are made: an ordinary HDR10 film with the box that says Dolby Vision. Its own colours (profile 5) and the
metadata of each picture are in none of them.
"""

from pathlib import Path

import numpy as np
import pytest

from emoclassify.errors import MediaError
from emoclassify.media.read import probe
from tests.support.hdr import grey, pq_of, write_hdr
from tests.support.made import even, plain, tone, write_video
from tests.support.seen import frames

PARENTS = (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd")


def configuration(profile: int, compatible_with: int) -> bytes:
    """The box of a base layer with metadata, level 6."""
    bits = profile << 9 | 6 << 3 | 0b101
    content = bytes([1, 0, *bits.to_bytes(2), compatible_with << 4]) + bytes(19)
    return (8 + len(content)).to_bytes(4) + (b"dvcC" if profile < 8 else b"dvvC") + content


def with_dolby_vision(path: Path, profile: int, compatible_with: int) -> Path:
    """The same film with the box in the description of its first track, which must be the picture."""
    content, box = bytearray(path.read_bytes()), configuration(profile, compatible_with)
    assert content.index(b"moov") > content.index(b"mdat")  # so that no offset of a sample changes
    at = 0
    for name in PARENTS:
        at = content.index(name, at)
        content[at - 4 : at] = (int.from_bytes(content[at - 4 : at]) + len(box)).to_bytes(4)
    entry = at + 12  # after the name, version, flags and number of descriptions
    length = int.from_bytes(content[entry : entry + 4])
    content[entry : entry + 4] = (length + len(box)).to_bytes(4)
    content[entry + length : entry + length] = box
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("profile", "compatible_with"), [(8, 1), pytest.param(7, 6, id="7 as on a disc"), pytest.param(10, 1, id="10.1")]
)
def test_dolby_vision_upon_hdr10_is_read_as_hdr10(tmp_path: Path, profile: int, compatible_with: int) -> None:
    made = write_hdr(tmp_path / "hdr10.mp4", [grey(float(pq_of(20.0)))] * 3)
    ordinary = [frame.rgb.copy() for frame in frames(made)]
    layered = with_dolby_vision(made, profile, compatible_with)
    assert [note.code for note in probe(layered).notes] == []
    assert np.array_equal([frame.rgb for frame in frames(layered)], ordinary)


def test_colours_of_their_own_are_told_and_never_read_as_others(tmp_path: Path) -> None:
    silent = with_dolby_vision(write_hdr(tmp_path / "silent.mp4", [grey(0.4)] * 3), 5, 0)
    with pytest.raises(MediaError) as refusal:
        probe(silent)
    assert refusal.value.message.code == "picture_dolby_vision"
    assert refusal.value.message.fields == {"profile": 5}
    assert "ffmpeg -i" in str(refusal.value)


def test_the_sound_beside_such_a_picture_is_read(tmp_path: Path) -> None:
    made = write_video(tmp_path / "film.mp4", even([plain(64, 64)] * 10), sound=(0.0, tone(0.4)))
    info = probe(with_dolby_vision(made, 5, 0))
    assert info.video is None
    assert info.audio is not None
    assert "picture_dolby_vision" in [note.code for note in info.notes]
