"""Speech corpora are read as published, and what is none of the seven emotions is counted."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from emoclassify.errors import MediaError, UsageError
from emoclassify.labels import EMOTIONS
from emoclassify.voice.mfcc import RATE_HZ
from tests.support.made import even, plain, tone, write_video
from tests.support.made import write_sound as write_coded
from tests.support.speech import write_sound
from voice_model.corpora import read_corpora, waveform
from voice_model.example import SPEAKERS, write_example
from voice_model.splits import split

pytestmark = pytest.mark.whole


def test_the_published_layouts_are_read(corpora: Path) -> None:
    found = read_corpora(corpora)
    counted = Counter((clip.corpus, clip.emotion) for clip in found.clips)
    assert counted == {
        ("ravdess", "neutral"): 5,
        ("ravdess", "angry"): 5,
        ("tess", "fear"): 2,
        ("tess", "surprise"): 2,
        ("emodb", "angry"): 3,
        ("nemo", "angry"): 3,
        ("nemo", "surprise"): 3,
        ("cremad", "angry"): 3,
        ("cremad", "disgust"): 3,
        ("savee", "sad"): 3,
        ("savee", "surprise"): 3,
        ("own", "happy"): 3,
    }
    speakers = {corpus: {clip.speaker for clip in found.clips if clip.corpus == corpus} for corpus, _ in counted}
    assert speakers["ravdess"] == {f"ravdess/0{actor}" for actor in range(1, 6)}
    assert speakers["emodb"] == {"emodb/03", "emodb/08", "emodb/11"}
    assert speakers["cremad"] == {"cremad/1001", "cremad/1002", "cremad/1003"}
    assert speakers["savee"] == {"savee/DC", "savee/JE", "savee/KL"}


def test_the_misnamed_file_of_tess_is_of_its_speaker(corpora: Path) -> None:
    write_sound(corpora / "tess" / "OAF_neutral" / "OA_bite_neutral.wav")
    clips = [clip for clip in read_corpora(corpora).clips if clip.corpus == "tess"]
    assert Counter(clip.speaker for clip in clips) == {"tess/OAF": 3, "tess/YAF": 2}
    assert set(clips) <= set(split(clips, fold=0).train)


def test_what_is_left_out_is_counted(corpora: Path) -> None:
    (corpora / "cremad" / "finishedResponses.csv").write_text("a,b")
    (corpora / "nemo" / "samples" / "AB0_fear_1.wav").write_text("no sound")
    (corpora / "nemo" / "samples" / ".AB0_fear_2.wav").write_text("hidden")
    write_sound(corpora / "own" / "Joy" / "dan.wav")
    (corpora / "own" / "Joy" / "bob.wav").write_bytes(b"")
    write_sound(corpora / "downloads" / "a" / "b.wav")
    write_sound(corpora / "cremad" / "AudioWAV" / "copy" / "1001_DFA_ANG_XX.wav")
    write_video(corpora / "ravdess" / "02-01-05-01-02-01-01.mp4", even([plain()] * 2, 5))
    found = read_corpora(corpora)
    assert found.left_out == {
        "ravdess: song is none of the seven emotions": 1,
        "emodb: boredom is none of the seven emotions": 3,
        "own: contempt is none of the seven emotions": 3,
        "own: not in speakers.csv": 1,
        "own: no sound that can be read": 1,
        "cremad: no sound that can be read": 1,
        "cremad: there twice": 1,
        "ravdess: with a picture": 1,
        "nemo: no sound that can be read": 1,
        "downloads: no folder of a known corpus, and without speakers.csv": 1,
    }
    assert Counter(clip.speaker for clip in found.clips if clip.corpus == "own") == {"own/ann": 1, "own/cy": 1}


def test_a_corpus_is_known_by_its_name_however_it_is_written(corpora: Path) -> None:
    before = {(clip.corpus, clip.speaker, clip.path.name) for clip in read_corpora(corpora).clips}
    (corpora / "emodb").rename(corpora / "EMO-DB")
    (corpora / "cremad").rename(corpora / "Crema-D")
    assert {(clip.corpus, clip.speaker, clip.path.name) for clip in read_corpora(corpora).clips} == before
    (corpora / "emodb").mkdir()
    with pytest.raises(UsageError, match="both named emodb"):
        read_corpora(corpora)


def test_the_folder_may_be_a_corpus_of_ones_own(corpora: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    beside = [clip for clip in read_corpora(corpora).clips if clip.corpus == "own"]
    assert list(read_corpora(corpora / "own").clips) == beside
    monkeypatch.chdir(corpora / "own")
    assert {clip.speaker for clip in read_corpora(".").clips} == {"own/ann", "own/bob", "own/cy"}


def test_a_table_of_speakers_may_be_written_by_excel(corpora: Path) -> None:
    table = corpora / "own" / "speakers.csv"
    table.write_bytes(b"\xef\xbb\xbf" + table.read_bytes().replace(b"\n", b"\r\n").replace(b",ann", b", ann "))
    assert {clip.speaker for clip in read_corpora(corpora / "own").clips} == {"own/ann", "own/bob", "own/cy"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"file;speaker\nJoy/ann.wav;ann", r"no column file and no column speaker"),
        (b"file,who\nJoy/ann.wav,ann", r"no column speaker"),
        (b"", r"no column file and no column speaker"),
        (b"file,speaker\nJoy/ann.wav,J\xf6rg", r"not in UTF-8"),
        (b"file,speaker\n,ann", r"line 2: the column file is empty"),
        (b"file,speaker\nJoy/ann.wav,ann\nJoy/bob.wav, ", r"line 3: the column speaker is empty"),
        (b"file,speaker\nJoy/ann.wav", r"line 2: the column speaker is empty"),
        (b"file,speaker\nJoy/ann.wav,ann\nJoy/ann.wav,bob", r"line 3: Joy/ann.wav stands in the table twice"),
        (b"file,speaker\nJoy/../../tess/OAF_fear/OAF_back_fear.wav,ann", r"line 2: .* not <label>/<file>"),
        (b"file,speaker\n/etc/passwd,ann", r"line 2: /etc/passwd is not <label>/<file>"),
        (b"file,speaker\nann.wav,ann", r"line 2: ann.wav is not <label>/<file>"),
        (b"file,speaker\nJoy/nobody.wav,ann", r"line 2: Joy/nobody.wav is not there"),
    ],
)
def test_a_table_of_speakers_that_cannot_be_used_is_one_line(corpora: Path, content: bytes, told: str) -> None:
    (corpora / "own" / "speakers.csv").write_bytes(content)
    with pytest.raises(UsageError, match=rf"speakers\.csv.*{told}") as refused:
        read_corpora(corpora)
    assert "\n" not in str(refused.value)


def test_a_folder_without_corpora_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no corpus"):
        read_corpora(tmp_path)


@pytest.mark.parametrize(
    "name", ["emodb/wav/holiday", "cremad/AudioWAV/1001_DFA_BOO_XX", "savee/XY/a01", "savee/DC/x01", "tess/one"]
)
def test_a_foreign_name_is_refused(corpora: Path, name: str) -> None:
    write_sound(corpora / f"{name}.wav")
    with pytest.raises(UsageError, match=Path(name).name):
        read_corpora(corpora)


@pytest.mark.parametrize(("ending", "codec"), [("opus", "libopus"), ("flac", "flac"), ("mp3", "libmp3lame")])
def test_a_corpus_may_have_any_audio_format(tmp_path: Path, ending: str, codec: str) -> None:
    path = tmp_path / "savee" / f"DC_n01.{ending}"
    path.parent.mkdir()
    write_coded(path, tone(1.0, 48_000), codec=codec, rate_hz=48_000)
    (clip,) = read_corpora(tmp_path).clips
    assert clip.emotion == "neutral"
    assert len(waveform(clip.path)) == pytest.approx(RATE_HZ, abs=0.05 * RATE_HZ)


def test_a_file_is_decoded_to_mono_16_khz(tmp_path: Path) -> None:
    write_sound(tmp_path / "tone.wav", pitch_hz=440.0, seconds=1.0)
    sound = waveform(tmp_path / "tone.wav")
    assert sound.dtype == np.float32
    assert abs(len(sound) - RATE_HZ) < 100
    assert np.abs(np.fft.rfft(sound[:RATE_HZ])).argmax() == pytest.approx(440, abs=3)


def test_a_file_opens_no_other_file(tmp_path: Path) -> None:
    write_sound(tmp_path / "other.wav")
    (tmp_path / "list.wav").write_text("ffconcat version 1.0\nfile other.wav\n")
    with pytest.raises(MediaError, match=r"list\.wav"):
        waveform(tmp_path / "list.wav")


def test_what_is_no_sound_is_told(tmp_path: Path) -> None:
    (tmp_path / "text.wav").write_text("no sound")
    with pytest.raises(MediaError, match=r"text\.wav"):
        waveform(tmp_path / "text.wav")


def test_the_example_is_a_corpus_of_every_emotion(tmp_path: Path) -> None:
    clips = read_corpora(write_example(tmp_path)).clips
    assert Counter(clip.emotion for clip in clips) == dict.fromkeys(EMOTIONS, 10)
    assert len({clip.speaker for clip in clips}) == SPEAKERS
    sound = waveform(clips[0].path)
    assert 0.05 < np.abs(sound).max() < 1
