"""The trial of the networks in a browser: what is exported for it gives the scores of this program."""

from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
import pytest

from benchmarks import in_browser
from emoclassify.errors import WorkshopError
from emoclassify.faces.expressions import read_original
from emoclassify.faces.prepare import PREPARATION, Preparation
from emoclassify.model_kinds import EXPRESSION_MODEL
from emoclassify.settings import Options


def test_what_is_not_installed_is_told_with_the_command_that_brings_it(tmp_path: Path) -> None:
    with (
        as_file(files("emoclassify") / "assets" / "demo.mp4") as path,
        pytest.raises(WorkshopError, match=r"npm install --prefix .* onnxruntime-web"),
    ):
        next(in_browser.lines(path, tmp_path))


@pytest.mark.model
@pytest.mark.slow
def test_the_exported_network_gives_the_scores_of_this_program() -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    built = read_original(EXPRESSION_MODEL.describe(Options()).path)
    session = onnxruntime.InferenceSession(in_browser._as_onnx(built), providers=["CPUExecutionProvider"])
    crops = list(np.random.default_rng(1).integers(0, 256, (3, 60, 60, 3), dtype=np.uint8))
    prepared = Preparation.from_json(built.facts[PREPARATION])(crops)
    (logits,) = session.run(None, {session.get_inputs()[0].name: prepared})
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    scores = powers / powers.sum(axis=1, keepdims=True)
    assert np.abs(scores - in_browser._own_scores(crops)).max() < in_browser.MOST_DIFFERENCE
