"""Pictures with a high dynamic range, made with known light, and against the conversion of FFmpeg itself."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from emoclassify.media.pictures import read_pictures
from emoclassify.media.read import probe
from emoclassify.media.tone import HLG, PQ, ordinary_rgb
from tests.support.hdr import frame_of, grey, hlg_of, pq_of, write_hdr
from tests.support.made import Rgb, plain, portrait
from tests.support.seen import frames

LEVEL_TOLERANCE = 3  # of 255: ten bits and lossy coding


@pytest.mark.parametrize("nits", [0.0, 5.0, 20.0, 60.0])
def test_dark_and_middle_light_of_pq_is_as_bright_as_in_an_ordinary_picture(nits: float) -> None:
    level = ordinary_rgb(frame_of(grey(float(pq_of(nits))), PQ), 64, 64)[32, 32]
    assert level == pytest.approx(255 * (nits / 203) ** (1 / 2.4), abs=LEVEL_TOLERANCE)


def test_middle_light_of_hlg_is_as_bright_as_in_an_ordinary_picture() -> None:
    level = ordinary_rgb(frame_of(grey(hlg_of(40.0)), HLG), 64, 64)[32, 32]
    assert level == pytest.approx(255 * (40 / 203) ** (1 / 2.4), abs=LEVEL_TOLERANCE)


def test_brighter_light_is_never_darker_and_the_brightest_is_white() -> None:
    levels = [int(ordinary_rgb(frame_of(grey(float(pq_of(nits))), PQ), 64, 64)[32, 32, 0]) for nits in
              (0, 10, 100, 203, 400, 1000, 4000)]  # fmt: skip
    assert levels == sorted(levels)
    assert levels[0] == 0
    assert levels[3] < 250  # a shirt keeps its folds
    assert levels[5] >= 253


def hdr_of(rgb: Rgb, white_nits: float = 100.0) -> npt.NDArray[np.float64]:
    """PQ signals of an ordinary picture on a screen of that white, its colours as they are on BT.2020."""
    light = (rgb / 255.0) ** 2.4
    to_2020 = np.array([[0.6274, 0.3293, 0.0433], [0.0691, 0.9195, 0.0114], [0.0164, 0.0880, 0.8956]])
    return pq_of(np.clip(light @ to_2020.T, 0, 1) * white_nits)


def test_a_portrait_in_hdr_has_the_contrast_and_the_colours_that_it_had(tmp_path: Path) -> None:
    before = portrait()
    path = write_hdr(tmp_path / "a.mp4", [hdr_of(before, 92.0)] * 3)
    after = frames(path)[1].rgb
    expected = 255 * (92 / 203) ** (1 / 2.4) * (before / 255.0)  # below the knee only the white differs
    assert np.abs(after - expected).mean() < LEVEL_TOLERANCE
    assert after.std() == pytest.approx(expected.std(), rel=0.05)


def test_the_annotated_video_of_hdr_is_an_ordinary_one(tmp_path: Path) -> None:
    path = write_hdr(tmp_path / "a.mp4", [hdr_of(plain(64, 64, (200, 60, 30)), 92.0)] * 3)
    picture = next(read_pictures(path, probe(path)))
    assert (picture.colours.matrix, picture.colours.primaries, picture.colours.transfer) == (1, 1, 1)
    assert not picture.colours.full_range
    rgb = picture.frame.reformat(format="rgb24", src_colorspace="ITU709").to_ndarray()
    expected = (92 / 203) ** (1 / 2.4) * np.array([200, 60, 30])
    assert rgb[32, 32] == pytest.approx(expected, abs=2 * LEVEL_TOLERANCE)


@pytest.mark.slow
def test_it_looks_as_the_conversion_of_ffmpeg_itself() -> None:
    frame = frame_of(hdr_of(portrait()[::2, ::2], 203.0), PQ)
    reference = frame.reformat(
        format="rgb24", dst_colorspace="ITU709", dst_color_trc=1, dst_color_primaries=1
    ).to_ndarray()
    ours = ordinary_rgb(frame, frame.width, frame.height)
    assert np.abs(ours.astype(int) - reference).mean() < 8
    assert ours.std() == pytest.approx(reference.std(), rel=0.1)
