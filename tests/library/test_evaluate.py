"""`emoclassify evaluate` on small labelled folders."""

import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from emoclassify.cli import main
from emoclassify.labels import EMOTIONS
from tests.support.made import even, plain, portrait, tone, write_sound, write_video

pytestmark = pytest.mark.model

KEYS = {"n", "accuracy", "macro_f1", "uar", "per_class", "confusion", "ece", "interval_95", "left_out"}


def evaluated(capsys: pytest.CaptureFixture[str], *arguments: object) -> dict[str, Any]:
    assert main(["evaluate", *map(str, arguments), "--json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def test_faces_are_scored_and_what_is_left_out_is_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for label in ("Happiness", "sad", "contempt"):
        (tmp_path / label).mkdir()
    face = portrait(at_xy=(60, 0))[60:180, 100:220]
    Image.fromarray(face).save(tmp_path / "Happiness" / "a.png")
    Image.fromarray(face).convert("L").save(tmp_path / "Happiness" / "b.jpg")
    Image.fromarray(face).save(tmp_path / "sad" / "wrong.png")
    Image.fromarray(face).save(tmp_path / "contempt" / "a.png")
    (tmp_path / "sad" / "broken.png").write_bytes(b"no picture")
    (tmp_path / "sad" / "notes.txt").write_text("")
    found = evaluated(capsys, "faces", tmp_path, "--picture", tmp_path / "confusion.png")
    assert set(found) == KEYS
    assert found["n"] == 3
    assert found["accuracy"] == pytest.approx(2 / 3)
    assert found["uar"] == pytest.approx(0.5)
    assert found["confusion"][EMOTIONS.index("sad")][EMOTIONS.index("happy")] == 1
    assert sum(found["left_out"].values()) == 2
    assert "label contempt is none of the seven" in found["left_out"]
    with Image.open(tmp_path / "confusion.png") as picture:
        assert picture.width > 1000


def test_files_in_folders_below_a_label_are_of_that_label(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    face = portrait(at_xy=(60, 0))[60:180, 100:220]
    for place in ("joy", "joy/001", "joy/001/more", "joy/.hidden", "."):
        (tmp_path / place).mkdir(exist_ok=True)
        Image.fromarray(face).save(tmp_path / place / "a.png")
    labels = tmp_path / "labels"
    labels.mkdir()
    (labels / "happy").symlink_to(tmp_path / "joy")
    (tmp_path / "a.png").rename(labels / "a.png")
    found = evaluated(capsys, "faces", labels)
    assert found["n"] == 3
    assert found["accuracy"] == 1
    assert found["left_out"] == {"in no folder of a label": 1}


def test_detect_finds_the_face_in_a_whole_picture_and_scores_the_whole_where_there_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "joy").mkdir()
    Image.fromarray(portrait(480, 640, (300, 200))).save(tmp_path / "joy" / "a.png")
    write_video(tmp_path / "joy" / "b.mp4", even([portrait()] * 10, 10))
    assert evaluated(capsys, "faces", tmp_path, "--detect")["accuracy"] == 1.0
    (tmp_path / "joy" / "nobody").mkdir()
    Image.fromarray(plain()).save(tmp_path / "joy" / "c.png")
    assert evaluated(capsys, "faces", tmp_path, "--detect")["n"] == 3


def test_voice_is_scored_also_without_detected_speech(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], espeak: str
) -> None:
    for label in ("anger", "neutral"):
        (tmp_path / label).mkdir()
    subprocess.run([espeak, "-w", str(tmp_path / "anger" / "a.wav"), "Leave me alone!"], check=True)
    write_sound(tmp_path / "neutral" / "tone.flac", tone(2.0), codec="flac")
    write_sound(tmp_path / "neutral" / "short.wav", np.zeros(1600, np.float32), codec="pcm_s16le")
    found = evaluated(capsys, "voice", tmp_path)
    assert set(found) == KEYS
    assert found["n"] == 3


def test_nothing_to_evaluate_and_a_wrong_pair_are_wrong_usage(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "faces", str(tmp_path)]) == 2
    assert "can be scored" in capsys.readouterr().err
    assert main(["evaluate", "voice", str(tmp_path), "--detect"]) == 2


def test_the_table_for_people(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "happy").mkdir()
    Image.fromarray(portrait(at_xy=(60, 0))[60:180, 100:220]).save(tmp_path / "happy" / "a.png")
    assert main(["evaluate", "faces", str(tmp_path)]) == 0
    assert "accuracy 1.0000" in capsys.readouterr().out
