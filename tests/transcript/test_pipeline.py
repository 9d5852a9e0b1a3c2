"""Words in a whole analysis, with a small model made here that writes one word for each loud stretch."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from emoclassify import Options, analyze
from emoclassify.errors import MediaError, ModelError
from emoclassify.networks import models
from emoclassify.stages import models_of
from emoclassify.words.messages import Message
from tests.support.made import even, plain, write_video
from tests.support.recognizers import write_onnx_model

pytestmark = pytest.mark.model


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    return str(write_onnx_model(tmp_path_factory.mktemp("models") / "made"))


@pytest.fixture(scope="module")
def talk(espeak: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("talk") / "talk.wav"
    subprocess.run([espeak, "-w", str(path), "Good morning. It is a pleasure to see you again."], check=True)
    return path


def test_words_are_written_down_with_the_model_that_is_named(talk: Path, model: str) -> None:
    options = Options(transcribe=True, transcribe_model=model)
    analysis = analyze(talk, options)
    assert analysis.transcript is not None
    words = analysis.transcript.words
    assert words
    assert {word.text for word in words} == {"la"}
    assert all(0 <= word.span.start_s <= word.span.end_s <= analysis.end_s for word in words)
    assert {phrase.emotion for phrase in analysis.transcript.phrases} == {None}
    assert set(analysis.timings_s) >= {"load_words", "words"}
    (used,) = (one for one in analysis.models if one.purpose == "writes down what is said")
    assert used.files["v3_e2e_ctc.int8.onnx"] == models.sha256_of(Path(model) / "v3_e2e_ctc.int8.onnx")
    assert "made" in [one.name for one in models_of(options)]
    assert "made" not in [one.name for one in models_of(Options(transcribe_model=model))]


def test_with_the_focus_each_phrase_has_the_emotion_of_the_voice(talk: Path, model: str) -> None:
    analysis = analyze(talk, Options(transcribe_focus=True, transcribe_model=model))
    assert analysis.transcript is not None
    assert analysis.transcript.phrases
    for phrase in analysis.transcript.phrases:
        assert phrase.emotion is not None
        assert phrase.emotion.voice.span == phrase.span
        assert phrase.emotion.face_scores is None  # there is no picture


def test_words_need_no_reading_of_voices(talk: Path, model: str) -> None:
    analysis = analyze(talk, Options(transcribe=True, transcribe_model=model, voice="off"))
    assert analysis.voice is None
    assert analysis.transcript is not None
    assert analysis.transcript.phrases
    with pytest.raises(MediaError, match="switched off"):
        analyze(talk, Options(voice="off"))


def test_without_sound_that_is_said(tmp_path: Path, model: str) -> None:
    path = write_video(tmp_path / "a.mp4", even([plain()] * 10, 10))
    analysis = analyze(path, Options(transcribe=True, transcribe_model=model))
    assert analysis.transcript is None
    assert Message("no_sound_to_transcribe") in analysis.warnings


def test_without_a_model_the_line_says_what_to_run(talk: Path) -> None:
    with pytest.raises(ModelError, match="emoclassify models fetch gigaam-v3-e2e-ctc"):
        analyze(talk, Options(transcribe=True))


@pytest.mark.process
def test_the_command_line_writes_words_from_its_confined_process(talk: Path, model: str, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "emoclassify", "analyze", str(talk), "--out", str(tmp_path), "--transcribe"]
    result = subprocess.run([*command, "--transcribe-model", model, "--json"], capture_output=True, text=True)
    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout)["state"] == "done"
    assert (tmp_path / "talk.wav" / "words.csv").read_text(encoding="utf-8").count(",la,") > 0
    again = subprocess.run([*command, "--transcribe-model", model], capture_output=True, text=True)
    assert ": kept: " in again.stdout
    missing = subprocess.run([*command, "--existing", "redo"], capture_output=True, text=True)
    assert missing.returncode == 1
    assert "emoclassify models fetch" in missing.stderr
