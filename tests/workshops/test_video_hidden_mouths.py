"""The layer that tells hidden mouths is fitted on some people and holds for others."""

from collections.abc import Iterator

import numpy as np
import pytest

from emoclassify.faces.appearance import SIDE_PX
from video.hidden_mouths import FALSE_ALARMS, Looks, fit, told

pytestmark = pytest.mark.whole


def faces(seed: int, n: int) -> Iterator[tuple[str, np.ndarray]]:
    """Noise; the covered ones have stripes across the lower half."""
    rng = np.random.default_rng(seed)
    for i in range(n):
        face = rng.uniform(100, 140, (SIDE_PX, SIDE_PX, 1)).repeat(3, axis=2)
        if i % 2:
            face[24:] += 40 * np.sin(np.arange(24))[:, None, None]
        yield ("hand" if i % 2 else "bare"), face.astype(np.float32)


def made(seed: int, n: int) -> Looks:
    looks = Looks()
    for number, (kind, face) in enumerate(faces(seed, n)):
        looks.add(face, kind, f"person {number // 4}")
    return looks


def test_what_is_learned_holds_for_others_and_for_mirror_images() -> None:
    weights, line = fit(made(0, 200))
    assert "of 100 covers are found" in line
    others = made(1, 100)
    scores = np.array(others.rows) @ weights[:-1] + weights[-1]
    assert (scores[~others.is_covered] > 0).mean() <= 10 * FALSE_ALARMS
    assert (scores[others.is_covered] > 0).mean() > 0.9
    assert (np.array(others.mirrored)[others.is_covered] @ weights[:-1] + weights[-1] > 0).mean() > 0.9
    assert [row.split(":")[0] for row in told("others", others, weights)] == ["others, bare", "others, hand"]
