"""A mouth behind a hand, or behind cloth like skin, is told in grey; a bare one is bare, in any light."""

import hashlib

import numpy as np
import pytest

from emoclassify.faces.appearance import SIDE_PX, upright
from emoclassify.faces.hidden import N_EDGES, WEIGHTS_FILE, edges, is_hidden
from emoclassify.media.nouns import Rgb
from tests.support.made import portrait
from video.covers import COVERS

PORTRAIT = portrait()
POINTS_XY = np.array([[153, 101], [198, 103], [176, 127], [155, 142], [194, 142]], np.float32)
"""Eyes, nose and corners of the mouth of the portrait, read off the picture by eye."""


def grey(rgb: Rgb) -> Rgb:
    return np.repeat((rgb @ [0.299, 0.587, 0.114]).astype(np.uint8)[..., None], 3, axis=2)


def test_edges_are_shares_and_do_not_change_with_light_and_contrast() -> None:
    face = upright(PORTRAIT, POINTS_XY)
    shares = edges(face) ** 2
    assert shares.shape == (N_EDGES,)
    assert shares.sum() == pytest.approx(1, abs=1e-5)
    assert edges(0.4 * face + 20) == pytest.approx(edges(face), abs=1e-4)


def test_a_flat_face_shows_nothing() -> None:
    flat = np.full((SIDE_PX, SIDE_PX, 3), 120, np.float32)
    assert not edges(flat).any()
    assert not is_hidden(flat)


def test_a_bare_mouth_is_bare_in_colour_in_grey_and_in_a_mirror() -> None:
    for rgb in (PORTRAIT, grey(PORTRAIT), (0.4 * PORTRAIT).astype(np.uint8)):
        face = upright(rgb, POINTS_XY)
        assert not is_hidden(face)
        assert not is_hidden(face[:, ::-1])


@pytest.mark.parametrize("kind", COVERS)
def test_most_drawn_hands_and_cloths_are_told_also_in_grey(kind: str) -> None:
    covered = [COVERS[kind](np.random.default_rng(seed), PORTRAIT, POINTS_XY) for seed in range(40)]
    assert np.mean([is_hidden(upright(rgb, POINTS_XY)) for rgb in covered]) > 0.5
    assert np.mean([is_hidden(upright(grey(rgb), POINTS_XY)) for rgb in covered]) > 0.5


def test_the_layer_is_the_one_whose_checksum_is_kept() -> None:
    weights = np.load(WEIGHTS_FILE, allow_pickle=False)
    assert (weights.shape, weights.dtype) == ((N_EDGES + 1,), np.float32)
    assert np.isfinite(weights).all()
    digest = hashlib.sha256(WEIGHTS_FILE.read_bytes()).hexdigest()
    sums = (WEIGHTS_FILE.parents[1] / "SHA256SUMS").read_text()
    assert f"{digest}  mouth/head.npy" in sums.splitlines()
