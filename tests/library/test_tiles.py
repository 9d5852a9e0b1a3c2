"""Photographs in tiles (HEIC), made here: one picture, upright, or a clear refusal."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from emoclassify.errors import MediaError
from emoclassify.media.boxes import grid_of, letters_of
from emoclassify.media.read import probe
from tests.support.heic import imir, irot, write_heic
from tests.support.made import even, quarters, tone, write_video
from tests.support.seen import corners, frames

COLOUR_TOLERANCE = 6.0  # mean difference after encoding, of 255
PICTURE = quarters(200, 300)  # three by five tiles of 64 px and a rest


@pytest.mark.parametrize("ending", [".heic", ".jpg", ""])
def test_tiles_are_one_picture_whatever_the_ending(tmp_path: Path, ending: str) -> None:
    path = write_heic(tmp_path / f"a{ending}", PICTURE, 64)
    info = probe(path)
    assert (info.still, info.duration_s, info.notes) == (True, None, ())
    assert info.video is not None
    assert (info.video.width_px, info.video.height_px) == (300, 200)
    (frame,) = frames(path)
    assert np.abs(frame.rgb.astype(float) - PICTURE).mean() < COLOUR_TOLERANCE


@pytest.mark.parametrize(
    ("properties", "upright"),
    [
        (irot(1), np.rot90(PICTURE, 1)),
        (irot(2), np.rot90(PICTURE, 2)),
        (irot(3), np.rot90(PICTURE, 3)),
        (imir(1), PICTURE[:, ::-1]),
        (imir(0), PICTURE[::-1]),
        (irot(1) + imir(1), np.rot90(PICTURE, 1)[:, ::-1]),
        (irot(3) + imir(0), np.rot90(PICTURE, 3)[::-1]),
    ],
    ids="left half right mirrored flipped left-mirrored right-flipped".split(),
)
def test_the_whole_is_turned_as_the_file_says(tmp_path: Path, properties: bytes, upright: np.ndarray) -> None:
    (frame,) = frames(write_heic(tmp_path / "a.heic", PICTURE, 64, properties=properties))
    assert frame.rgb.shape == upright.shape
    assert corners(frame.rgb) == corners(upright)


def test_pictures_that_do_not_say_how_they_belong_together_are_refused(tmp_path: Path) -> None:
    path = write_heic(tmp_path / "a.heic", PICTURE, 64, derived=False)
    with pytest.raises(MediaError, match="how they belong together"):
        probe(path)


def test_a_tile_that_is_missing_is_black_and_told(tmp_path: Path) -> None:
    path = write_heic(tmp_path / "a.heic", PICTURE, 64)
    content = path.read_bytes()
    path.write_bytes(content[:-100] + b"\0" * 100)
    (frame,) = frames(path)
    assert frame.rgb.shape == PICTURE.shape
    assert np.abs(frame.rgb[:128, :256].astype(float) - PICTURE[:128, :256]).mean() < COLOUR_TOLERANCE


@given(st.data())
def test_a_damaged_file_gives_no_grid_or_one_that_fits_and_never_another_error(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp()
    whole = folder / "whole.heic"
    if not whole.exists():
        write_heic(whole, quarters(64, 96), 32, properties=irot(1))
    content = bytearray(whole.read_bytes()[:900])
    for place in data.draw(st.lists(st.integers(24, 899), min_size=1, max_size=4)):
        content[place % len(content)] = data.draw(st.integers(0, 255))
    path = folder / "damaged.heic"
    path.write_bytes(content)
    grid = grid_of(path)
    assert grid is None or len(grid.tiles) == grid.rows * grid.columns
    assert letters_of(path) == []


def test_the_letters_of_the_tracks_of_a_film(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", even([PICTURE] * 5), sound=(0.0, tone(0.2)))
    assert letters_of(path) == ["avc1", "mp4a"]
    assert letters_of(write_video(tmp_path / "a.mkv", even([PICTURE] * 5))) == []
