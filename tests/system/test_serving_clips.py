"""Real footage through a server: the same counts, times, scores and refusals as on the command line."""

import json
from pathlib import Path

import pytest

from emoclassify.child import Child
from emoclassify.errors import EmoClassifyError
from emoclassify.remote.client import ApiError, Client
from emoclassify.settings import Options
from tests.support.serving import served

SCORE_TOLERANCE = 1e-6  # one machine, one file: the same to the last digit written
OPTIONS = Options(sample_fps=1.0, double_check=True)

pytestmark = [pytest.mark.clips, pytest.mark.model, pytest.mark.slow, pytest.mark.timeout(3600)]


def test_every_clip_through_a_server(clips: Path, tmp_path: Path) -> None:
    paths = sorted(path for path in clips.iterdir() if path.is_file() and path.suffix not in (".csv", ".md"))
    assert paths
    with Child() as child, Child() as other, served(tmp_path / "data", child) as server, Client(server.url) as client:
        for path in paths:
            try:
                out = tmp_path / "out" / path.name
                other.analyze(path, out, OPTIONS, lambda *told: None)
            except EmoClassifyError as exc:
                expected = str(exc)
                with pytest.raises(ApiError) as refused:
                    client.wait(client.submit(path, sample_fps=1, double_check=True)["id"])
                # What the first bytes tell is refused at once, in the first words of the same line.
                assert str(refused.value).split("(")[0] == expected.split("(")[0] or "0 bytes" in expected, path.name
                continue
            job = client.wait(client.submit(path, sample_fps=1, double_check=True)["id"])
            ours, theirs = client.result(job["id"]), json.loads((out / "analysis.json").read_text())
            for part in ("source", "options", "models", "counts", "frames", "warnings"):
                assert ours[part] == theirs[part], (path.name, part)
            for face, same in zip(ours["faces"], theirs["faces"], strict=True):
                assert face["scores"] == pytest.approx(same["scores"], abs=SCORE_TOLERANCE), path.name
            for segment, same in zip(ours["segments"] or [], theirs["segments"] or [], strict=True):
                assert segment["scores"] == pytest.approx(same["scores"], abs=SCORE_TOLERANCE), path.name
