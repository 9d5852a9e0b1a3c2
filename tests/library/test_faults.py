"""Small inputs of public complaints (`faults` beside the real clips): what no test can make itself, or has not yet."""

from pathlib import Path

import numpy as np
import pytest

from emoclassify.errors import MediaError
from emoclassify.media.read import probe
from tests.support.seen import frames, sound

pytestmark = pytest.mark.clips


@pytest.fixture
def faults(clips: Path) -> Path:
    if not (clips / "faults").is_dir():
        pytest.skip("there is no folder of faults beside the clips")
    return clips / "faults"


def test_a_photograph_in_tiles_is_one_picture(faults: Path) -> None:
    info = probe(faults / "i_grid.heic")
    assert (info.still, info.duration_s) == (True, None)
    (frame,) = frames(faults / "i_grid.heic")
    assert frame.rgb.shape == (1024, 768, 3)


def test_a_photograph_in_one_piece_is_a_still(faults: Path) -> None:
    info = probe(faults / "i_single.heic")
    assert info.still
    assert info.duration_s is None
    (frame,) = frames(faults / "i_single.heic")
    assert frame.rgb.shape == (512, 512, 3)


def test_ambisonic_sound_and_nine_channels_are_heard(faults: Path) -> None:
    for name, length_s in (("a_ambisonic.mka", 6.0), ("a_9ch.wav", 1.2)):
        samples = np.concatenate([block for _, block in sound(faults / name)])
        assert len(samples) / 16_000 == pytest.approx(length_s, abs=0.05), name
        assert samples.std() > 0.01, name


def test_an_encrypted_film_fails_and_an_unknown_picture_leaves_its_sound(faults: Path) -> None:
    with pytest.raises(MediaError, match="encrypted"):
        probe(faults / "x_cenc.mp4")
    info = probe(faults / "x_unknownvideo.mp4")
    assert (info.video, info.audio is None) == (None, False)
    assert [note.code for note in info.notes] == ["picture_codec_letters"]
