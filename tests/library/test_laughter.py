"""Both models that ship tell laughter from speech: on real speech and on the laughs of people it never heard."""

import zipfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from emoclassify.labels import EMOTIONS
from emoclassify.media.container import ReadCounts
from emoclassify.media.nouns import Sound
from emoclassify.media.read import probe
from emoclassify.media.sound import read_sound
from emoclassify.networks import models
from emoclassify.networks.runtime import Place
from emoclassify.settings import VOICE_MODELS
from emoclassify.speech.find import SpeechFinder
from emoclassify.speech.silero import RATE_HZ
from emoclassify.timeline import Span
from emoclassify.voice.load import LoadedVoice, load_voice
from emoclassify.voice.read import read_voice, windows
from emoclassify.voice.reading import LAUGHTER, VoiceReading, stretch_of
from voice_model.bursts import read_bursts
from voice_model.sounds import Source

MOST_FEAR = 0.1  # of the laughs; 0.4 without this answer
LEAST_LAUGHTER = 0.4  # the others are mostly without words, or called amusement and are no laugh

pytestmark = [pytest.mark.model, pytest.mark.clips]


def sound_of(path: Path) -> list[Sound]:
    return list(read_sound(path, probe(path), rate_hz=RATE_HZ, counts=ReadCounts()))


@pytest.fixture(scope="module", params=VOICE_MODELS)
def model(request: pytest.FixtureRequest) -> LoadedVoice:
    return load_voice(models.voice_model(request.param).path, Place("openvino"))


SPEAKERS = ["hdtf_talking_head.mp4", "grid_bbaf2n.mpg", "grid_brbk7n.mpg", "grid_lwbsza.mpg", "grid_pwij3p.mpg"]


@pytest.mark.parametrize("name", SPEAKERS)
def test_people_who_talk_are_heard_to_speak(clips: Path, model: LoadedVoice, name: str) -> None:
    read = read_voice(sound_of(clips / name), SpeechFinder(), model)
    assert read.windows
    assert [window.sound for window in read.windows] == [""] * len(read.windows)


def test_a_laugh_of_a_stranger_is_seldom_heard_as_fear(clips: Path, model: LoadedVoice, tmp_path: Path) -> None:
    archive = clips.parent / "data" / "emogator.zip"
    if not archive.exists():
        pytest.skip(f"no {archive}")
    zipfile.ZipFile(archive).extractall(tmp_path)
    laughs = [burst for burst in read_bursts(tmp_path) if burst.is_laughter]
    strangers = [laugh for laugh in laughs if not Source(laugh.path, f"burst/{laugh.contributor}", "", "").group]
    answers: Counter[str] = Counter()
    for laugh in strangers:
        samples = np.concatenate([sound.samples for sound in sound_of(laugh.path)])
        parts = [window.samples for window in windows(Sound(0.0, samples))]
        heard, span = model.hear(parts), Span(0.0, len(samples) / RATE_HZ)
        whole = stretch_of(span, list(map(VoiceReading.of, [span] * len(parts), heard.scores, heard.sounds)))
        answers[whole.sound or EMOTIONS[int(whole.scores.argmax())]] += 1
    assert len(strangers) > 100
    assert answers["fear"] <= MOST_FEAR * len(strangers)
    assert answers[LAUGHTER] >= LEAST_LAUGHTER * len(strangers)
