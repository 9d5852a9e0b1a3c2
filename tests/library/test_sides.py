"""Two recordings of one call as one with a track for each: known sounds at known times."""

import json
from pathlib import Path

import numpy as np
import pytest

from emoclassify.cli import main
from emoclassify.cli.sides import joined_sides
from emoclassify.errors import MediaError, UsageError
from emoclassify.media.container import ReadCounts
from emoclassify.media.read import probe
from emoclassify.media.sides import join_sides, mix_sides
from emoclassify.media.sound import read_sound
from emoclassify.speech.silero import Samples
from emoclassify.words.messages import Message
from tests.support.made import even, plain, write_video
from tests.support.recognizers import bursts
from tests.support.sides import wav

RATE_HZ = 16_000


def write_wav(path: Path, samples: Samples, rate_hz: int) -> Path:
    path.write_bytes(wav(samples, rate_hz))
    return path


def ignore(*_: object) -> None:
    pass


@pytest.fixture
def sides(tmp_path: Path) -> list[Path]:
    """Of the first a tone from 1.0 to 1.4 s, of the second, which is longer and at another rate, one from 3.0 s on."""
    agent = write_wav(tmp_path / "agent.wav", bursts(1.0, end_s=2.0), RATE_HZ)
    customer = write_wav(tmp_path / "customer.wav", bursts(3.0, end_s=5.0)[::2], RATE_HZ // 2)
    return [agent, customer]


def tone_s(path: Path, track: int) -> tuple[float, float]:
    """When the tone in a track begins and ends."""
    info = probe(path, probe(path).audio_tracks[track])
    blocks = read_sound(path, info, rate_hz=RATE_HZ, counts=ReadCounts())
    loud = np.flatnonzero(np.abs(np.concatenate([block.samples for block in blocks])) > 0.1) / RATE_HZ
    return float(loud[0]), float(loud[-1])


def test_the_sides_are_aligned_at_their_starts(sides: list[Path], tmp_path: Path) -> None:
    path = tmp_path / "call.mka"
    join_sides(ignore, sides, path)
    assert tone_s(path, 0) == pytest.approx((1.0, 1.4), abs=0.01)
    assert tone_s(path, 1) == pytest.approx((3.0, 3.4), abs=0.01)
    assert Message("sides_joined", {"files": "agent.wav / customer.wav"}) in probe(path).notes
    assert Message("sides_differ", {"shortest_s": 2.0, "longest_s": 5.0}) in probe(path).notes


def test_sides_that_end_together_are_not_said_to_differ(tmp_path: Path) -> None:
    sides = [write_wav(tmp_path / f"{end_s}.wav", bursts(1.0, end_s=end_s), RATE_HZ) for end_s in (4.0, 4.9)]
    join_sides(ignore, sides, tmp_path / "call.mka")
    assert {note.code for note in probe(tmp_path / "call.mka").notes} & {"sides_joined", "sides_differ"} == {
        "sides_joined"
    }


def test_the_preview_has_a_side_on_each_channel(sides: list[Path], tmp_path: Path) -> None:
    join_sides(ignore, sides, tmp_path / "call.mka")
    mix_sides(tmp_path / "call.mka", [2, 1], tmp_path / "preview.mp4", ignore)
    info = probe(tmp_path / "preview.mp4")
    blocks = read_sound(tmp_path / "preview.mp4", info, rate_hz=RATE_HZ, counts=ReadCounts(), layout="stereo")
    samples = np.concatenate([block.samples for block in blocks])
    starts_s = [float(np.flatnonzero(np.abs(channel) > 0.1)[0]) / RATE_HZ for channel in samples.T]
    assert starts_s == pytest.approx([3.0, 1.0], abs=0.05)
    assert len(samples) / RATE_HZ == pytest.approx(5.0, abs=0.1)


def test_the_same_sides_give_the_same_bytes(sides: list[Path], tmp_path: Path) -> None:
    for name in ("one.mka", "other.mka"):
        join_sides(ignore, sides, tmp_path / name)
    assert (tmp_path / "one.mka").read_bytes() == (tmp_path / "other.mka").read_bytes()


def test_a_side_without_sound_is_refused(sides: list[Path], tmp_path: Path) -> None:
    silent = write_video(tmp_path / "silent.mp4", even([plain()] * 5, 5))
    with pytest.raises(MediaError, match=r"silent\.mp4: .* no sound"):
        join_sides(ignore, [sides[0], silent], tmp_path / "call.mka")


@pytest.mark.process
def test_the_command_line_joins_the_files_of_roles(sides: list[Path]) -> None:
    agent, customer = sides
    with joined_sides({"paths": [], "roles": f"agent={agent},customer={customer}"}) as arguments:
        (path,) = arguments["paths"]
        assert path.name == "agent + customer.mka"
        assert arguments["roles"] == "agent=track1,customer=track2"
        assert tone_s(path, 1) == pytest.approx((3.0, 3.4), abs=0.01)
    assert not path.exists()


@pytest.mark.model
def test_the_joined_recording_is_told_by_its_name(
    sides: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agent, customer = sides
    command = ["analyze", "--roles", f"agent={agent},customer={customer}", "--out", str(tmp_path / "out")]
    assert main(command) == 0
    assert capsys.readouterr().out.startswith("agent + customer.mka: done: ")
    assert main([*command, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert (facts["path"], facts["state"]) == ("agent + customer.mka", "kept")


def test_channels_and_tracks_are_left_as_they_are(sides: list[Path]) -> None:
    given = {"paths": [sides[0]], "roles": "agent=left,customer=right"}
    with joined_sides(given) as arguments:
        assert arguments == {**given, "is_joined": False}


@pytest.mark.parametrize("has_path", [True, False])
def test_either_recordings_or_the_files_of_roles(sides: list[Path], has_path: bool) -> None:
    roles = f"agent={sides[0]},customer={sides[1]}" if has_path else ""
    given = {"paths": [sides[0]] if has_path else [], "roles": roles}
    with pytest.raises(UsageError, match="agent=FILE,customer=FILE"), joined_sides(given):
        pass
