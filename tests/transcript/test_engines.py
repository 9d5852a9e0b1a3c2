"""The engines with their real loading code, on small models made here."""

from pathlib import Path

import numpy as np
import pytest

from emoclassify.errors import ModelError, UsageError
from emoclassify.networks.recognizers import OFFERS, recognizer
from emoclassify.transcript.engines import open_recognizer
from tests.support.recognizers import bursts, write_onnx_model, write_whisper_model

WINDOW_S = 0.04
"""A token of the made model stands for 40 ms."""


def opened(folder: Path) -> object:
    return open_recognizer(recognizer(str(folder)), threads=1)


@pytest.mark.model
def test_onnx_asr_tells_words_when_they_start(tmp_path: Path) -> None:
    starts_s = (0.5, 1.5, 3.0)
    model = open_recognizer(recognizer(str(write_onnx_model(tmp_path / "made"))), threads=1)
    words = model.hear(bursts(*starts_s), "")
    assert [word.text for word in words] == ["la"] * 3
    assert [word.span.start_s for word in words] == pytest.approx(starts_s, abs=WINDOW_S)
    assert all(word.span.start_s < word.span.end_s <= word.span.start_s + 0.4 for word in words)
    assert all(0.5 < word.confidence <= 1 for word in words)
    assert model.hear(np.zeros(16_000, np.float32), "") == []
    assert model.runtime.startswith("onnxruntime ")
    assert model.language_of(bursts(0.5)) == ""


@pytest.mark.model
def test_faster_whisper_loads_and_runs(tmp_path: Path) -> None:
    model = open_recognizer(recognizer(str(write_whisper_model(tmp_path / "made"))), threads=1)
    assert model.runtime.startswith("ctranslate2 ")
    assert model.window_s == 28
    sound = bursts(0.5, 1.5)
    assert model.language_of(sound) in ("en", "ru")
    one, two = (model.hear(sound, "en") for _ in range(2))
    assert one == two  # nothing is drawn by chance
    assert all(0 <= word.span.start_s <= word.span.end_s and 0 <= word.confidence <= 1 for word in one)
    with pytest.raises(UsageError, match="'xx'"):
        model.hear(sound, "xx")


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({}, "holds no model that writes down speech"),
        ({"model.safetensors": b"1"}, "holds no model that writes down speech"),
        ({"model.bin": b"1", "config.json": b"{}"}, "tokenizer.json is missing"),
        ({"model.bin": b"1", "config.json": b"{}", "tokenizer.json": b"{}"}, "cannot be loaded"),
        ({"v3_e2e_ctc.onnx": b"1", "v3_e2e_ctc_vocab.txt": b"<blk> 0\n"}, "cannot be loaded"),
        ({"v3_e2e_ctc.onnx": b"1"}, "cannot be loaded"),
        ({"model.onnx": b"1", "config.json": b"[]"}, "cannot be loaded"),
    ],
)
def test_a_folder_that_is_no_such_model_is_one_clear_line(tmp_path: Path, files: dict[str, bytes], told: str) -> None:
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=told) as caught:
        opened(tmp_path)
    assert "\n" not in str(caught.value)


def test_without_a_model_the_line_says_what_to_run() -> None:
    for name in ("", "no-such-model"):
        with pytest.raises(ModelError, match="emoclassify models fetch") as caught:
            recognizer(name)
        assert all(offer.name in str(caught.value) for offer in OFFERS)
